from __future__ import annotations

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.sources.studio import look

from debiai_studio.datasets.model import Category
from debiai_studio.sources.guesses import ResultOf, category_of, id_candidates, results_of


@pytest.fixture
def file(tmp_path):
    def write(data, name="a.csv"):
        path = tmp_path / name
        path.write_text(data, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    "name", ["id", "ID", "Id", "uuid", "sample_id", "flightId", "user_uuid", "id_flight", "index"]
)
def test_a_unique_column_with_the_name_of_an_id_is_the_id(file, name):
    found = look(file(f"x,{name}\n1,b\n1,a\n"))

    assert (found.id_column, found.id_note) == (name, None)


@pytest.mark.parametrize("name", ["x", "idea", "paid", "width", "video"])
def test_other_columns_are_not_taken_for_ids(file, name):
    assert look(file(f"{name}\n1\n2\n")).id_column is None
    assert id_candidates([name]) == []


def test_a_guessed_id_with_duplicates_falls_back_to_the_position_and_says_so(file):
    found = look(file("user_id,x\nu1,1\nu2,2\nu1,3\n"))

    assert found.id_column is None
    assert found.id_note == (
        "\"user_id\" looks like an id, but 'u1' stands in rows 1 and 3: "
        "samples are numbered by their position instead."
    )


def test_a_guessed_id_with_missing_values_falls_back_too(file):
    assert "row 2 has no value" in look(file("id,x\nu1,1\n,2\n")).id_note


def test_the_next_likely_id_is_taken_when_the_first_has_duplicates(file):
    assert look(file("id,order_id\n1,a\n1,b\n")).id_column == "order_id"


def test_duplicates_far_apart_are_found_and_told(tmp_path):
    path = tmp_path / "a.parquet"
    ids = [f"s{number}" for number in range(100_000)]
    ids[90_000] = "s5"
    parquet.write_table(pa.table({"id": ids}), path)

    assert "'s5' stands in rows 6 and 90,001" in look(path).id_note


def test_integers_beyond_2_to_the_53_are_not_confused(tmp_path):
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"id": [2**53, 2**53 + 1]}), path)

    assert look(path).id_column == "id"


@pytest.mark.parametrize("values", [range(20_000), [f"s{number}" for number in range(20_000)]])
def test_more_ids_than_fit_in_memory_are_checked_too(tmp_path, monkeypatch, values):
    monkeypatch.setattr("debiai_studio.sources.id_candidates.IN_MEMORY", 1000)
    ids = list(values)
    parquet.write_table(pa.table({"id": ids}), tmp_path / "good.parquet")
    parquet.write_table(pa.table({"id": [*ids, ids[5]]}), tmp_path / "bad.parquet")
    monkeypatch.setattr("debiai_studio.sources.kinds.parquet._ROWS_PER_BATCH", 1500)

    assert look(tmp_path / "good.parquet").id_column == "id"
    assert f"'{ids[5]}' stands in rows 6 and 20,001" in look(tmp_path / "bad.parquet").id_note


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("label", Category.GROUNDTRUTH),
        ("Ground Truth", Category.GROUNDTRUTH),
        ("gt_class", Category.GROUNDTRUTH),
        ("target", Category.GROUNDTRUTH),
        ("y_true", Category.GROUNDTRUTH),
        ("input_1", Category.INPUT),
        ("feature3", Category.INPUT),
        ("context.weather", Category.OTHER),
        ("context_weather", Category.CONTEXT),
        ("distance", Category.OTHER),
        ("labelled_by_whom", Category.OTHER),
    ],
)
def test_names_suggest_categories(name, category):
    assert category_of(name) is category


@pytest.mark.parametrize(
    ("names", "results"),
    [
        (["net_prediction"], {"net_prediction": ResultOf("net", "prediction")}),
        (["pred_net"], {"pred_net": ResultOf("net", "prediction")}),
        (["net.error"], {"net.error": ResultOf("net", "error")}),
        (["y_pred"], {"y_pred": ResultOf("model", "y_pred")}),
        (["Prediction"], {"Prediction": ResultOf("model", "Prediction")}),
        (
            ["net_pred", "net_error", "net_weight", "mean_error"],
            {"net_pred": ResultOf("net", "pred"), "net_error": ResultOf("net", "error")},
        ),
        (
            ["a.prediction", "a.latency", "address.city"],
            {
                "a.prediction": ResultOf("a", "prediction"),
                "a.latency": ResultOf("a", "latency"),
            },
        ),
        (["net.prediction", "net_prediction"], {"net.prediction": ResultOf("net", "prediction")}),
        (["error", "score", "predicate", "net_error"], {}),
    ],
)
def test_names_suggest_results_of_models(names, results):
    assert results_of(names) == results


def test_the_first_rows_are_shown_as_text(file):
    rows = [f"{number},2020-01-01T00:00:00Z,true" for number in range(30)]

    found = look(file("\n".join(["a,t,b", *rows])))

    assert len(found.preview) == 20
    assert found.preview[3] == ["3", "2020-01-01T00:00:00Z", "true"]
    assert found.rows == 30


def test_typed_values_are_shown_in_their_canonical_form(tmp_path):
    path = tmp_path / "a.parquet"
    moment = pa.array([1_577_836_800_500_000], pa.timestamp("us", "UTC"))
    parquet.write_table(
        pa.table({"n": [0.1], "i": [2**60], "b": [True], "t": moment, "l": [[1]], "m": [None]}),
        path,
    )

    assert look(path).preview == [
        ["0.1", str(2**60), "true", "2020-01-01T00:00:00.5Z", "[1]", None]
    ]


def test_long_values_are_cut_in_what_is_shown(file):
    found = look(file("a\n" + "x" * 1000 + "\n"))

    assert found.preview == [["x" * 200 + "…"]]
    assert found.columns[0].examples == ["x" * 200 + "…"]
