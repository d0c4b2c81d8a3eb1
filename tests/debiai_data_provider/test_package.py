"""DebiAI's package for data providers, as it is, is fetched from by class and by Parquet file."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from tests.http.fetching import ALL, ended, missing, order, rows, running
from tests.real.environments import python_with, skipped_if_missing

VERSION = "1.1.7"
PROGRAM = Path(__file__).with_name("program.py")
FILES = "drives of files"


@pytest.fixture(scope="module")
def python():
    """The Python that has it; when it cannot be fetched the tests are skipped, but never in CI."""
    with skipped_if_missing():
        return python_with(
            f"debiai-data-provider-{VERSION}", f"debiai-data-provider=={VERSION}", "pyarrow==22.0.0"
        )


@pytest.fixture(scope="module")
def url(python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("provider")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [python, PROGRAM, str(port), folder], cwd=folder, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 120
    while True:
        try:
            httpx.get(f"{url}/info").raise_for_status()
            break
        except httpx.HTTPError:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.1)
    yield url
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def served(url, tmp_path_factory):
    """A server that was told of it by its configuration, with both projects fetched."""
    with running(tmp_path_factory.mktemp("data"), DEBIAI_WEB_DATA_PROVIDER_Package=url) as served:
        found = served.client.post(f"{ALL}/Package/check").json()
        assert (found["state"], found["version"]) == ("available", VERSION)
        assert (found["dialect"], found["n_projects"]) == ("debiai-1.0", 2)
        for project in ("Numbers", FILES):
            order(served, project, "Package")
            kept = ended(served, project, "Package")
            assert kept["fetch"] is None, kept
        yield served


def test_a_project_of_a_class_comes_whole(served):
    found = rows(served, "Numbers", "Package")
    assert list(found) == list(range(230))
    for number, row in found.items():
        is_evaluated = number % 3 == 0
        assert row == {
            "half": number / 2,
            "name": f"number {number}",
            "is_even": number % 2 == 0,
            "pair": [number, -number],
            "The guesser.guess": number * 1.5 if is_evaluated else None,
            "The guesser.class": f"c{number % 4}" if is_evaluated else None,
        }
    assert missing(served, "Numbers", "Package") == []


def test_its_columns_are_described_as_the_class_says(served):
    found = served.client.get("/api/v2/projects/Package/Numbers").json()
    samples = [c for c in found["columns"] if c["model"] is None]
    assert [(c["name"], c["type"], c["category"], c["group"]) for c in samples] == [
        ("half", "number", "input", "numbers"),
        ("name", "text", "context", None),
        ("is_even", "boolean", "groundtruth", None),
        ("pair", "array", "other", None),
    ]


def test_the_results_of_parquet_files_go_to_their_samples(served):
    """The package pairs results with the ids asked for by place, in the order of its file."""
    found = rows(served, FILES, "Package")
    for id_, row in found.items():
        number = int(id_[1:])
        assert row["net.score"] == (number * 10.0 if number >= 80 else None)


def test_a_sample_that_the_package_cannot_answer_is_named_and_the_others_come(served):
    found = rows(served, FILES, "Package")
    assert len(found) == 229
    assert {(row["speed"], row["weather"]) for row in found.values()} == {
        (number / 4, ("sun", "rain")[number % 2]) for number in range(230) if number != 17
    }
    (lost,) = missing(served, FILES, "Package")
    assert (lost["id"], lost["model"]) == ("p017", None)
    assert "500" in lost["reason"]


def test_what_has_a_date_is_not_fetched_twice_and_what_has_none_is(served):
    assert order(served, "Numbers", "Package").json() == {"fetch": None}
    assert order(served, FILES, "Package").json()["fetch"] is not None
    assert ended(served, FILES, "Package")["kept"]["n_samples"] == 229
