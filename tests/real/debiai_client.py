"""DebiAI's own Python client, from the package index, in an environment of its own."""

from __future__ import annotations

from pathlib import Path

from tests.real.environments import python_with

__all__ = ["client_python"]

VERSION = "0.30.1"


def client_python() -> Path:
    """The Python that has the client. Raises Missing."""
    packages = (f"debiai=={VERSION}", "numpy==2.4.6", "pandas==3.1.1", "requests==2.34.2")
    return python_with(f"debiai-{VERSION}", *packages)
