"""Tables of Python: pandas, Polars, Arrow and dicts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from debiai_studio.errors import Invalid
from debiai_studio.open_table import NotATable, import_table

ROWS = {"id": ["b", "a"], "x": [2**53 + 1, 7], "n": [0.5, None], "l": [[1, 2], []]}


@pytest.mark.parametrize(
    "made", [pd.DataFrame, pl.DataFrame, pa.table, dict, pa.RecordBatch.from_pydict]
)
def test_tables_of_each_library_become_projects(studio, made):
    job = import_table(studio.sources, made(ROWS), name="from python")

    assert (job.state, job.created, job.rows) == ("done", "from python", 2)
    assert studio.rows("from python") == [
        {"id": "b", "x": 2**53 + 1, "n": 0.5, "l": "[1,2]"},
        {"id": "a", "x": 7, "n": None, "l": "[]"},
    ]
    assert list((studio.folder / "uploads").iterdir()) == []


def test_nan_of_pandas_is_missing_and_nan_of_arrow_is_a_value(studio):
    import_table(studio.sources, pd.DataFrame({"x": [1.0, np.nan]}), name="pandas")
    import_table(studio.sources, pa.table({"x": [1.0, float("nan")]}), name="arrow")
    import_table(studio.sources, pl.DataFrame({"x": [1.0, float("nan"), None]}), name="polars")

    assert [row["x"] for row in studio.rows("pandas")] == [1.0, None]
    assert [repr(row["x"]) for row in studio.rows("arrow")] == ["1.0", "nan"]
    assert [repr(row["x"]) for row in studio.rows("polars")] == ["1.0", "nan", "None"]


def test_awkward_columns_of_pandas_are_read(studio):
    frame = pd.DataFrame(
        {
            "mixed": [1, "x", None],
            "lists": [[1], {"k": 2}, np.nan],
            "cat": pd.Categorical(["u", None, "u"]),
            "int": pd.array([1, None, 3], dtype="Int64"),
            "when": pd.to_datetime(["2020-01-01", None, "2020-01-02"]).tz_localize("UTC"),
            5: [True, False, True],
        },
        index=pd.Index(["i", "j", "k"], name="sample_id"),
    )

    job = import_table(studio.sources, frame, name="awkward")

    assert job.error is None
    rows = studio.rows("awkward")
    assert [row["sample_id"] for row in rows] == ["i", "j", "k"]
    assert [row["mixed"] for row in rows] == ["1", "x", None]
    assert [row["lists"] for row in rows] == ["[1]", '{"k":2}', None]
    assert [row["cat"] for row in rows] == ["u", None, "u"]
    assert [row["int"] for row in rows] == [1, None, 3]
    assert rows[0]["when"] == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert [row["5"] for row in rows] == [True, False, True]


def test_ids_and_models_are_taken_as_given(studio):
    frame = pd.DataFrame({"key": ["a", "b"], "p": [1, 2], "q": [3, 4], "z_pred": [5, 6]})

    import_table(
        studio.sources,
        frame,
        name="given",
        id_column="key",
        models={"one": {"out": "p"}, "two": {"out": "q"}},
    )

    assert studio.rows("given") == [
        {"key": "a", "z_pred": 5, "one.out": 1, "two.out": 3},
        {"key": "b", "z_pred": 6, "one.out": 2, "two.out": 4},
    ]


def test_what_does_not_fit_is_said_and_leaves_nothing(studio):
    with pytest.raises(NotATable, match="A list is not a table"):
        import_table(studio.sources, [1, 2], name="x")
    with pytest.raises(Invalid, match='names the column "nope"'):
        import_table(studio.sources, {"a": [1]}, name="x", models={"m": {"r": "nope"}})
    with pytest.raises(Invalid, match="choose one of the file"):
        import_table(studio.sources, {"a": [1]}, name="x", id_column="nope")
    failed = import_table(studio.sources, {"a": [1, 1]}, name="x", id_column="a")

    assert failed.error["type"] == "sources.duplicate_ids"
    assert list((studio.folder / "uploads").iterdir()) == []
    assert studio.store.list() == []
