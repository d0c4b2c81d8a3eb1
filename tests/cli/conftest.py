"""The real command in a process of its own, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from debiai_studio.cli import main; main()"]


@dataclass
class Command:
    """Runs ``debiai`` in a folder; what it started is ended with the test."""

    folder: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self._environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *arguments: str, **environment: str) -> tuple[subprocess.Popen[str], str]:
        """Start a server; the process and the address that it printed."""
        with (self.folder / f"stderr-{len(self.running)}").open("w") as errors:
            process = subprocess.Popen(
                [*PROGRAM, "start", "--no-browser", *arguments],
                cwd=self.folder,
                env=self._environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.running.append(process)
        for line in process.stdout:
            if "  open   " in line:
                return process, line.split()[-1]
        raise AssertionError(f"it ended with {process.wait()}")

    def stderr(self, number: int = 0) -> str:
        return (self.folder / f"stderr-{number}").read_text()

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "DEBIAI" not in name}
        return {**kept, **more}


@pytest.fixture
def command(tmp_path):
    command = Command(tmp_path)
    yield command
    for process in command.running:
        process.terminate()
        process.wait(30)
        process.stdout.close()
