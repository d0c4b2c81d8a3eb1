"""Whatever the descriptions of the API allow, and much that they do not, is answered below 500.

Schemathesis asks a real server as a program does; it is the standard's judge, from the index.
"""

from __future__ import annotations

import json
import subprocess

import httpx
import pytest
from tests.e2e.server import Studio
from tests.real.environments import python_with, skipped_if_missing

VERSION = "4.32.5"
# v0 is described beside v2, in one document.
V0 = r"^/(app|data-providers|projects|version)"
V2 = r"^/(api/v2|callbacks|health|schemas)"
LEFT_OUT = (
    "events",  # endless by design
    # A place made up by chance may be one of somebody: tests/http makes methods.
    "create_method",
    "update_method",
    "v0_create_method",
    # Without the project, the others would ask about nothing.
    "delete_project",
    "v0_delete_project",
)
# Their filters hold filters, of which the coverage of each keyword has no end.
NESTED = (
    "download_samples",
    "save_selection",
    "update_selection",
    "query_analysis",
    "count_analysis",
    "analysis_columns",
    "suggest_widget",
    "preview_export",
    "request_export",
    "create_stream",
)
# Names of what is there, so that more is reached than "not found".
THERE = {"source": "local", "project": "flights", "selection_id": "kept", "model": "one"}


@pytest.fixture(scope="module")
def program():
    """Schemathesis; when it cannot be fetched the tests are skipped, but never in CI."""
    with skipped_if_missing():
        python = python_with(f"schemathesis-{VERSION}", f"schemathesis=={VERSION}")
    return python.with_name("schemathesis")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("described")
    rows = "".join(f"f{number:02d},{number % 7},{'AB'[number % 2]}\n" for number in range(40))
    (folder / "flights.csv").write_text("id,delay,carrier\n" + rows)
    studio = Studio(folder, "start", str(folder / "flights.csv")).start()
    studio.wait_for_project("flights")
    path = f"{studio.url}/data-providers/local/projects/flights"
    kept = {"selectionName": "kept", "sampleHashList": ["f01", "f02"]}
    httpx.post(f"{path}/selections/", json=kept).raise_for_status()
    httpx.post(f"{path}/models", json={"name": "one"}).raise_for_status()
    yield studio
    studio.stop()


def ask(program, server, folder, *left_out: str, paths: str, examples: int, phases: str) -> None:
    parameters = "".join(f'"path.{name}" = {json.dumps(value)}\n' for name, value in THERE.items())
    (folder / "schemathesis.toml").write_text(f"[parameters]\n{parameters}")
    excluded = [
        word for name in (*LEFT_OUT, *left_out) for word in ("--exclude-operation-id", name)
    ]
    command = [program, "--config-file", "schemathesis.toml", "run"]
    command += [f"{server.url}/api/v2/openapi.json", "--checks", "not_a_server_error"]
    command += ["--phases", phases, "--max-examples", str(examples), "--include-path-regex", paths]
    command += [*excluded, "--generation-database", "none", "--seed", "1", "--warnings", "off"]
    command += ["--suppress-health-check", "all"]  # of the generated data, not of the server
    done = subprocess.run(
        [*command, "--continue-on-failure", "--request-timeout", "120", "--no-color"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert httpx.get(f"{server.url}/health").json() == {"status": "ok"}


@pytest.mark.parametrize("paths", [V0, V2], ids=["v0", "v2"])
def test_no_request_that_is_described_makes_the_server_fail(program, server, tmp_path, paths):
    ask(program, server, tmp_path, paths=paths, examples=5, phases="fuzzing")


@pytest.mark.slow
@pytest.mark.parametrize("paths", [V0, V2], ids=["v0", "v2"])
def test_no_request_of_many_makes_the_server_fail(program, server, tmp_path, paths):
    ask(program, server, tmp_path, paths=paths, examples=30, phases="fuzzing")


@pytest.mark.slow
@pytest.mark.parametrize("paths", [V0, V2], ids=["v0", "v2"])
def test_no_edge_of_the_descriptions_makes_the_server_fail(program, server, tmp_path, paths):
    ask(program, server, tmp_path, *NESTED, paths=paths, examples=1, phases="coverage")
