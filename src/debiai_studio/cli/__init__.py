"""The command ``debiai``: one file per command."""

from __future__ import annotations

from debiai_studio.cli.app import main

__all__ = ["main"]
