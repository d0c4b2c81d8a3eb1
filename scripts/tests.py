"""Runs the checks, the page's tests and the tests of the server, the last ones in two halves."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from prepare import BIN, ROOT, WEB, npm

PYTEST = [str(BIN / "python"), "-m", "pytest"]
# The halves need about the same time, and each waits for programs of its own most of it.
PROGRAM = (
    "e2e", "cli", "demo", "docs", "packaging", "examples", "schemathesis", "algo_provider",
    "algorithms", "debiai_client", "debiai_data_provider", "debiai_folder",
)  # fmt: skip
WHOLE_PROGRAM = [f"tests/{name}" for name in PROGRAM]
# The tests start hundreds of programs, each of which would compile our modules again.
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def main() -> int:
    """The exit status of the first part that failed."""
    arguments = sys.argv[1:]
    slow = "--slow" in arguments
    chosen = [argument for argument in arguments if argument != "--slow"]
    if slow or chosen:
        marker = "slow" if slow else "not slow"
        return _run([*PYTEST, "-m", marker, *chosen], ROOT)
    return (
        _run([str(BIN / "python"), "scripts/check.py"], ROOT)
        or _run([*npm(), "run", "--silent", "test"], WEB)
        or _halves()
    )


def _run(command: list[str], folder: Path) -> int:
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=False).returncode


def _halves() -> int:
    """Both at once; the output of the second one follows that of the first."""
    print("The tests run in two halves at once; the first one is shown now.", flush=True)
    one = [*PYTEST, "-m", "not slow", *WHOLE_PROGRAM]
    rest = [*PYTEST, "-m", "not slow", *(f"--ignore={path}" for path in WHOLE_PROGRAM)]
    with tempfile.TemporaryFile() as kept:
        with subprocess.Popen(
            rest, cwd=ROOT, env=ENVIRONMENT, stdout=kept, stderr=subprocess.STDOUT
        ) as other:
            first = _run(one, ROOT)
            print("The other half:", flush=True)
            second = other.wait()
        kept.seek(0)
        sys.stdout.buffer.write(kept.read())
    return first or second


if __name__ == "__main__":
    sys.exit(main())
