"""DebiAI's own Python client, from the package index, in an environment of its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

VERSION = "0.30.1"
PACKAGES = (f"debiai=={VERSION}", "numpy==2.4.6", "pandas==3.1.1", "requests==2.34.2")


class Missing(Exception):  # noqa: N818 - a reason to skip, not a fault
    """The client is not on this machine and cannot be fetched."""


def client_python() -> Path:
    """The Python that has the client, made once in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "debiai-studio-tests" / f"debiai-{VERSION}-python{platform.python_version()}"
    python = folder / "bin" / "python"
    if not (folder / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "-q", "--retries", "1", *PACKAGES]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Missing(f"DebiAI's client {VERSION} cannot be fetched by pip: {reason}")
        (folder / ".complete").touch()
    return python
