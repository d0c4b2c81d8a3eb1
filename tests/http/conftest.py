"""The whole application in this process, with a project of flights in a fresh data folder."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient
from tests.real.fixtures import receiver

from debiai_studio import journal
from debiai_studio.bootstrap import Application, build
from debiai_studio.settings import load_settings

__all__ = ["receiver"]

FRAME = pd.DataFrame(
    {
        "id": [f"f{number:03d}" for number in range(50)],
        "delay": [float(number % 13) for number in range(50)],
        "carrier": [("AA", "DL", 'É, "q"', None)[number % 4] for number in range(50)],
        "seats": [2**53 + number for number in range(50)],
    }
)


@dataclass
class Served:
    """The application and a client of it, as a page of its own."""

    application: Application
    client: TestClient
    folder: Path
    flights: str = "/api/v2/projects/local/flights"

    def import_ids(self, project: str, ids: list[str]) -> str:
        """A project of ids alone; its address."""
        body = "".join(f"{one}\n" for one in ("id", *ids)).encode()
        uploaded = self.client.post(f"/api/v2/imports/files?name={project}.csv", content=body)
        file_id = uploaded.json()["file_id"]
        self.client.post(f"/api/v2/imports/files/{file_id}/inspect").raise_for_status()
        order = {"file_id": file_id, "project": project, "id_column": "id"}
        self.client.post("/api/v2/imports", json=order).raise_for_status()
        self.application.services.sources._jobs._pool.submit(lambda: None).result()
        return f"/api/v2/projects/local/{project}"

    def import_flights(self) -> None:
        """Upload, inspect, import, and follow the job to its end."""
        body = FRAME.to_csv(index=False).encode()
        uploaded = self.client.post("/api/v2/imports/files?name=flights.csv", content=body)
        file_id = uploaded.json()["file_id"]
        found = self.client.post(f"/api/v2/imports/files/{file_id}/inspect").json()
        assert (found["id_column"], found["rows"]) == ("id", len(FRAME))
        order = {"file_id": file_id, "project": "flights", "id_column": "id"}
        job = self.client.post("/api/v2/imports", json=order)
        assert job.status_code == 202
        # One import at a time: behind it in the queue means that it has ended.
        self.application.services.sources._jobs._pool.submit(lambda: None).result()
        ended = self.client.get(f"/api/v2/imports/{job.json()['id']}").json()
        assert (ended["state"], ended["created"]) == ("done", "flights"), ended


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """A function that serves a fresh data folder; variables of the environment configure it."""
    running = []
    patch = pytest.MonkeyPatch()
    # The log of the tests' own process stays as it is.
    patch.setattr(journal, "configure", lambda *_: None)

    def start(**environ: str) -> Served:
        folder = tmp_path_factory.mktemp("served")
        settings = load_settings({}, environ, folder)
        token = settings.token.get_secret_value() if settings.token else None
        application = build(settings, token=token)
        client = TestClient(
            application.asgi, base_url="http://127.0.0.1:3000", raise_server_exceptions=False
        )
        client.__enter__()
        running.append((client, application))
        return Served(application, client, folder)

    yield start
    for client, application in running:
        client.__exit__(None, None, None)
        application.close()
    patch.undo()


@pytest.fixture(scope="module")
def served(serve):
    """One with the flights and a file method, shared by the tests of a module."""
    served = serve(DEBIAI_EXPORT_METHOD_Folder="file, out, format=json")
    served.import_flights()
    return served


@pytest.fixture(scope="module")
def server(serve):
    """One for the tests of a module."""
    return serve()


@pytest.fixture
def flights(server):
    """The server with the flights as they came; what a test makes of them goes with it."""
    server.import_flights()
    yield server
    server.client.delete(server.flights).raise_for_status()


def table_of(kind: str, content: bytes) -> pd.DataFrame:
    """The frame in a download."""
    readers = {
        "csv": pd.read_csv,
        "json": pd.read_json,
        "ndjson": lambda data: pd.read_json(data, lines=True),
        "parquet": pd.read_parquet,
    }
    return readers[kind](io.BytesIO(content))
