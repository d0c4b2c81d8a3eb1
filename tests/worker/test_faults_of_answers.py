"""The real server is killed between keeping an answer and applying it: nothing is lost."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.worker.test_faults_of_the_server import Server

IDS = ["s1", "s22", "s333"]
LABELS = {"s1": "short", "s22": "short", "s333": "long"}


@dataclass(frozen=True)
class Labelling:
    """The methods: one receiver answers with labels, the other just confirms."""

    at_once: str
    later: str
    folder: Path

    def environment(self) -> dict[str, str]:
        return {
            "DEBIAI_EXPORT_METHOD_now": f"post, {self.at_once}, answers=results",
            "DEBIAI_EXPORT_METHOD_later": f"post, {self.later}, answers=results",
        }


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Path:
    """A data folder with the samples, for each test to copy."""
    folder = tmp_path_factory.mktemp("imported")
    file = folder / "samples.csv"
    file.write_text("\n".join(["id", *IDS, ""]))
    nowhere = Labelling("http://127.0.0.1:9/", "http://127.0.0.1:9/", folder)
    first = Server(nowhere, file=file)
    first.wait_for(lambda: first.api.get("/projects").json())
    first.stop()
    return folder / "data"


@pytest.fixture
def places(tmp_path, receiver, imported):
    shutil.copytree(imported, tmp_path / "data")
    return Labelling(receiver.url("/labels"), receiver.url("/ok"), tmp_path)


def ask(server: Server, method: str) -> None:
    """Ask for an export; the server may die before it answers."""
    known = server.api.get("/export-methods").json()["methods"]
    method_id = next(one["id"] for one in known if one["name"] == method)
    asked = {"subject": {"kind": "listed", "ids": IDS}, "method_id": method_id}
    with contextlib.suppress(httpx.TransportError):
        server.api.post("/projects/local/samples/exports", json=asked).raise_for_status()


def applied(server: Server) -> list[dict]:
    (delivery,) = server.api.get("/deliveries").json()
    found = server.api.get(f"/deliveries/{delivery['id']}/answers").json()
    return [one for one in found if one["state"] == "applied"]


def labels(server: Server, method: str) -> dict[str, str]:
    asked = {"rule": {}, "format": "ndjson", "content": "rows", "name": "x"}
    text = server.api.post("/projects/local/samples/download", json=asked).text
    rows = [json.loads(line) for line in text.splitlines()]
    return {row["id"]: row[f"Answers of {method}.label"] for row in rows}


@pytest.mark.parametrize("place", ["acknowledged", "recorded", "answer applied"])
def test_the_values_of_an_answer_survive_the_death_of_the_server(places, place):
    dying = Server(places, failpoint=place)
    ask(dying, "now")
    assert dying.wait_for_death() == -signal.SIGKILL

    server = Server(places)
    server.wait_for(lambda: applied(server))
    assert labels(server, "now") == LABELS
    (model,) = server.api.get("/projects/local/samples").json()["models"]
    assert model["n_results"] == len(IDS)
    server.stop()


@pytest.mark.parametrize("place", ["answer kept", "answer applied"])
def test_what_was_called_back_survives_it_too_and_may_come_again(places, receiver, place):
    server = Server(places)
    ask(server, "later")
    server.wait_for(lambda: receiver.received("/ok"))
    path = urlsplit(receiver.received("/ok")[0].headers["debiai-callback"]).path
    server.stop()
    body = [{"id": id_, "label": label} for id_, label in LABELS.items()]

    dying = Server(places, failpoint=place)
    with contextlib.suppress(httpx.TransportError):
        dying.api.post(dying.api.base_url.join(path), json=body)
    assert dying.wait_for_death() == -signal.SIGKILL

    server = Server(places)
    server.wait_for(lambda: applied(server))
    again = server.api.post(server.api.base_url.join(path), json=body)
    assert (again.status_code, again.json()["repeated"]) == (202, True)
    assert labels(server, "later") == LABELS
    assert len(applied(server)) == 1
    server.stop()
