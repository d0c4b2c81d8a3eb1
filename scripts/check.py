"""Verifies formatting, lint, types, import directions and generated files; ``--fix`` mends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prepare import BIN, ROOT, WEB, npm

CHECKS: list[tuple[str, list[str], Path]] = [
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], ROOT),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."], ROOT),
    ("types", [str(BIN / "mypy"), "--no-error-summary", "-p", "debiai_studio"], ROOT),
    ("import directions", [str(BIN / "lint-imports"), "--no-cache"], ROOT),
    ("page: types and lint", [*npm(), "run", "--silent", "check"], WEB),
    ("generated files", [str(BIN / "python"), "scripts/generate.py", "--check"], ROOT),
]

FIXES: list[tuple[str, list[str], Path]] = [
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "--fix", "."], ROOT),
    ("format", [str(BIN / "ruff"), "format", "--quiet", "."], ROOT),
    ("page", [*npm(), "run", "--silent", "fix"], WEB),
]


def main() -> int:
    """Run every check, tell which failed."""
    failed = []
    for name, command, folder in FIXES if "--fix" in sys.argv else CHECKS:
        print(f"{name} …", flush=True)
        result = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        if result.returncode != 0:
            print(result.stdout + result.stderr)
            failed.append(name)
    if failed:
        print(f"Not in order: {', '.join(failed)}. `make fix` mends what it can.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
