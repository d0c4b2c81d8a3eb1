"""The example package is installed and tested as an outsider would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "mqtt-export"


def test_the_example_is_installed_and_passes_the_contract(tmp_path):
    source, installed = tmp_path / "source", tmp_path / "installed"
    shutil.copytree(EXAMPLE, source)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, *alone, "--target", installed, source], check=True)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-W", "error", "tests"],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )

    if "mosquitto is not installed" in done.stdout and os.environ.get("CI") != "true":
        pytest.skip("mosquitto is not installed.")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "13 passed" in done.stdout
