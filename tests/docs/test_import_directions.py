"""The direction of dependencies is enforced: the contracts hold, and fail when they are broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREACHES = {
    "a concept imports an adapter": (
        "selections/model.py",
        "from debiai_studio.storage.catalogue import tables",
    ),
    "a lower concept imports a higher one": (
        "engine/plan.py",
        "from debiai_studio.widgets import ports",
    ),
    "a concept imports FastAPI": ("projects/model.py", "import fastapi"),
    "a concept imports DuckDB": ("sources/model.py", "import duckdb"),
    "a widget kind imports its service": (
        "widgets/kinds/distribution.py",
        "from debiai_studio.widgets import service",
    ),
    "the engine imports SQLAlchemy": ("engine/plan.py", "import sqlalchemy"),
    "the worker imports confluent-kafka": ("worker/dispatcher.py", "import confluent_kafka"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy):
    result = lint(copy)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "line"), BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_is_found(copy, file, line):
    path = copy / "src" / "debiai_studio" / file
    path.write_text(f"{path.read_text()}\n{line}\n")

    result = lint(copy)

    assert result.returncode == 1
    assert "BROKEN" in result.stdout
