"""How tests derive columns, and give models results."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pyarrow as pa
from starlette.testclient import TestClient
from tests.http.conftest import FRAME, Served
from tests.http.experimenting import REF, column

from debiai_studio.bootstrap import build
from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.shape import with_model
from debiai_studio.settings import load_settings

BY_ID = FRAME.set_index("id")


@contextmanager
def serving(folder):
    """A server of its own on a data folder."""
    application = build(load_settings({}, {}, folder))
    try:
        with TestClient(application.asgi, base_url="http://127.0.0.1:3000") as client:
            yield Served(application, client, folder)
    finally:
        application.close()


def derive(served, name, expression):
    body = {"name": name, "expression": expression}
    answer = served.client.post(f"{served.flights}/derived", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(served, name, new_name, expression):
    body = {"name": new_name, "expression": expression}
    return served.client.put(f"{served.flights}/derived/{name}", json=body)


def listed(served):
    return {one["name"]: one for one in served.client.get(f"{served.flights}/derived").json()}


def preview(served, expression):
    path = f"{served.flights}/derived/preview"
    answer = served.client.post(path, json={"expression": expression})
    assert answer.status_code == 200, answer.text
    return answer.json()


def count(served, filters):
    path = f"{served.flights}/analysis/count"
    return served.client.post(path, json={"filters": filters}).json()["samples"]


def add_model(served, name, frame):
    """Results of a model: of every sample the delay it predicts."""
    datasets = served.application.services.datasets
    datasets.reshape(REF, lambda dataset: with_model(dataset, name, "2026-01-01", {}))
    put_results(served, name, frame)


def put_results(served, name, frame):
    datasets = served.application.services.datasets
    ids = pa.array(list(frame), pa.string())
    numbers = datasets.existing(datasets.of(REF), ids)
    values = pa.array(list(frame.values()), pa.float64())
    there = np.ones(len(numbers), bool)
    results = {"guess": ResultValues(ColumnType.NUMBER, values, there)}
    datasets.put_results(REF, name, numbers, results)


def results(served, model, name):
    return column(served, f"{model}.{name}")
