"""What `pip install` gets: the page is in the wheel and in the sdist."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    program = (
        "import sys; from hatchling.build import build_sdist, build_wheel;"
        "build_sdist(sys.argv[1]); build_wheel(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], cwd=ROOT, check=True)
    return folder


def test_the_wheel_holds_the_page_and_no_sources_of_it(built):
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()

    assert "debiai_studio/http/static/index.html" in names
    assert [name for name in names if name.startswith("debiai_studio/http/static/assets/")]
    assert "debiai_studio/demo/receiver.html" in names
    assert "debiai_studio/exports/schemas/selection.json" in names
    assert not [name for name in names if "web/" in name or name.endswith((".ts", ".vue"))]


def test_the_sdist_holds_the_page_and_all_that_builds_it(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = ["/".join(name.split("/")[1:]) for name in archive.getnames()]

    assert "src/debiai_studio/http/static/index.html" in names
    assert "web/package-lock.json" in names
    assert "hatch_build.py" in names
    assert not [name for name in names if "node_modules" in name]


def test_lock_files_name_no_addresses():
    for path in ROOT.glob("requirements/*.txt"):
        assert "://" not in path.read_text(), path
    assert '"resolved"' not in (ROOT / "web" / "package-lock.json").read_text()
