"""Runs the checks, the page's tests and the tests of the server; pytest's line comes last."""

from __future__ import annotations

import subprocess
import sys

from prepare import BIN, ROOT, WEB, npm


def main() -> int:
    """The exit status of the first part that failed."""
    arguments = sys.argv[1:]
    slow = "--slow" in arguments
    chosen = [argument for argument in arguments if argument != "--slow"]
    if not chosen and not slow:
        steps = [
            ([str(BIN / "python"), "scripts/check.py"], ROOT),
            ([*npm(), "run", "--silent", "test"], WEB),
        ]
        for command, folder in steps:
            result = subprocess.run(command, cwd=folder, check=False)
            if result.returncode != 0:
                return result.returncode
    marker = ["-m", "slow"] if slow else ["-m", "not slow"]
    return subprocess.run(
        [str(BIN / "python"), "-m", "pytest", *marker, *chosen], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
