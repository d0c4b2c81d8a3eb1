"""Experiments outlive restarts, and their columns follow new samples and models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.http.conftest import FRAME
from tests.http.experimenting import REF as FLIGHTS
from tests.http.experimenting import (
    again,
    append,
    column,
    column_names,
    done,
    get,
    refused,
    start,
)

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.shape import with_model

VALUES = {"values": {"column": "delay"}}
LATE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "10"}}
LATE_IDS = FRAME["id"][FRAME["delay"] >= 10].tolist()


def test_new_samples_are_counted_and_computed_on_demand_into_the_same_columns(serve):
    served = serve()
    served.import_flights()
    inputs = {"features": {"columns": ["delay", "seats"]}}
    run = done(served, start(served, "outlier_score", inputs))
    (made,) = run["columns"]
    columns = column_names(served)
    append(served, {"id": ["new 1", "new 2"], "delay": [500.0, 2.0], "seats": [2**53, 2**53]})

    assert (get(served, run)["n_new"], column(served, made["column"])["new 1"]) == (2, None)

    now = done(served, again(served, run))
    assert (now["id"], now["n_new"], now["n_samples"]) == (run["id"], 0, len(FRAME) + 2)
    assert now["data_version"] > run["data_version"]
    scores = pd.Series(column(served, made["column"]))
    assert scores.notna().all()
    assert scores.idxmax() == "new 1"
    assert (column_names(served), now["columns"]) == (columns, run["columns"])


def test_a_run_again_with_fewer_rows_leaves_no_value_of_the_run_before(serve):
    served = serve()
    served.import_flights()
    metric = {
        "ground_truth": {"column": "delay"},
        "predictions": {"column": "delay"},
    }
    run = done(served, start(served, "regression_metric", metric, rule=LATE))
    first = LATE_IDS[0]
    append(served, {"id": [first], "delay": [1.0]})

    done(served, again(served, run))

    made = column(served, "error")
    assert {id_ for id_, value in made.items() if value is not None} == set(LATE_IDS[1:])


def test_columns_of_results_are_results_of_their_model(serve, receiver):
    served = serve()
    served.import_flights()
    datasets = served.application.services.datasets
    _give_results(datasets)
    inputs = {
        "ground_truth": {"column": "delay"},
        "predictions": {"column": "guess"},
        "ceiling": {"value": 1},
    }
    told = refused(served, "regression_metric", inputs)["detail"]
    assert '"guess" is a result; say of which model' in told

    run = done(served, start(served, "regression_metric", inputs, model="m"))

    assert (run["model"], run["n_samples"]) == ("m", 30)
    made = column(served, "m.absolute error")
    guessed = dict(zip(FRAME["id"][:30], FRAME["delay"][:30] / 2, strict=True))
    assert made == {id_: guessed.get(id_) for id_ in FRAME["id"]}
    assert served.client.get(served.flights).json()["models"][0]["n_results"] == 30
    percent = {one["output"]: one["value"] for one in run["values"]}["error_percentage"]
    assert percent == pytest.approx((FRAME["delay"][:30] / 2 > 1).mean() * 100)
    of_model = {
        "models": ["m"],
        "filters": {"op": "one_of", "id": "b", "column": "binary error", "values": ["true"]},
    }
    counted = served.client.post(f"{served.flights}/analysis/count", json=of_model).json()
    assert counted["samples"] == (FRAME["delay"][:30] / 2 > 1).sum()


def test_experiments_are_there_after_a_restart_and_one_that_was_cut_off_says_so(
    serve, tmp_path_factory
):
    served = serve()
    served.import_flights()
    run = done(served, start(served, "outlier_score", {"features": {"columns": ["delay"]}}))
    store = served.application.services.experiments._store
    cut = store.get(run["id"])
    store.put(replace(cut, id="cut", state="running", finished_at=None, columns=()))
    store.put(replace(cut, id="recorded", state="running", finished_at=None))

    served.application.services.experiments.recover()

    left = {one["id"]: one for one in served.client.get(f"{served.flights}/experiments").json()}
    assert left[run["id"]] == get(served, run)
    assert (left["cut"]["state"], left["cut"]["error"]["type"]) == (
        "failed",
        "algorithms.server_stopped",
    )
    assert left["recorded"]["state"] == "done"


def test_an_experiment_is_forgotten_alone_or_with_its_columns(serve):
    served = serve()
    served.import_flights()
    columns = column_names(served)
    inputs = {"features": {"columns": ["delay"]}}
    kept = done(served, start(served, "outlier_score", inputs))
    gone = done(served, start(served, "outlier_score", inputs))
    assert column_names(served) == [*columns, "outlier score", "outlier score 2"]

    path = f"{served.flights}/experiments"
    served.client.delete(f"{path}/{kept['id']}").raise_for_status()
    served.client.delete(f"{path}/{gone['id']}?columns=true").raise_for_status()

    assert column_names(served) == [*columns, "outlier score"]
    assert served.client.get(path).json() == []
    assert served.client.get(f"{path}/{gone['id']}").json()["type"] == (
        "algorithms.unknown_experiment"
    )
    assert set(column(served, "delay")) == set(FRAME["id"])
    done(served, start(served, "k_means_clusters", {**inputs, "clusters": {"value": 2}}))
    assert set(column(served, "cluster").values()) == {"1", "2"}
    assert set(column(served, "outlier score").values()) != {None}


def _give_results(datasets) -> None:
    datasets.reshape(FLIGHTS, lambda dataset: with_model(dataset, "m", "2026-01-01", {}))
    guess = ResultValues(
        ColumnType.NUMBER, pa.array(FRAME["delay"][:30] / 2), np.ones(30, dtype=bool)
    )
    datasets.put_results(FLIGHTS, "m", np.arange(30), {"guess": guess})
