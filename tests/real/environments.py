"""Packages from the package index, each in an environment of its own, made once in the cache."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Missing(Exception):  # noqa: N818 - a reason to skip, not a fault
    """The package is not on this machine and cannot be fetched."""


def python_with(name: str, *packages: str) -> Path:
    """The Python that has the packages."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "debiai-studio-tests" / f"{name}-python{platform.python_version()}"
    python = folder / "bin" / "python"
    if not (folder / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "-q", "--retries", "1", *packages]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Missing(f"{name} cannot be fetched by pip: {reason}")
        (folder / ".complete").touch()
    return python


@contextmanager
def skipped_if_missing() -> Iterator[None]:
    """Skip the tests when a package cannot be fetched, but never in CI."""
    try:
        yield
    except Missing as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
