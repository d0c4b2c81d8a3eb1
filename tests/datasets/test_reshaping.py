from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.datasets.studio import batch, numbers_of

from debiai_studio.datasets.errors import DataChanged, UnknownModel
from debiai_studio.datasets.model import Category, Column, ColumnType
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.shape import (
    NewColumn,
    widened,
    with_columns,
    with_model,
    without_columns,
    without_model,
    without_result,
)

INTEGER, NUMBER, TEXT = ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.TEXT
WEATHER = NewColumn("weather", TEXT, Category.CONTEXT, "outside")


def put(studio, ref, model, numbers, values):
    given = ResultValues(NUMBER, pa.array(values, pa.float64()), np.ones(len(values), bool))
    studio.datasets.put_results(ref, model, np.array(numbers, np.int64), {"score": given})


def test_a_project_without_columns_gets_some_and_samples_that_lack_them_are_counted(studio):
    ref = studio.make(["a", "b"], {}, [])

    after = studio.datasets.reshape(ref, lambda before: with_columns(before, [WEATHER]))
    assert after.sample_columns == (Column("weather", TEXT, "c0", Category.CONTEXT, "outside"),)
    assert studio.datasets.incomplete(after) == {"weather": 2}

    studio.datasets.append(ref, [batch(["b", "c"], weather=["sun", "fog"])])
    assert [row["weather"] for row in studio.rows(ref)] == [None, "sun", "fog"]
    assert studio.datasets.incomplete(studio.datasets.of(ref)) == {"weather": 1}


def test_columns_that_are_there_stay_and_nothing_new_is_no_change(studio):
    ref = studio.make_small(2)
    before = studio.datasets.of(ref)
    again = NewColumn("value", TEXT)

    assert studio.datasets.reshape(ref, lambda found: with_columns(found, [again])) == before


def test_whole_numbers_become_decimals_and_who_reads_the_version_before_still_can(studio):
    ref = studio.make([1, 2], {"c0": [7, None]}, [Column("n", INTEGER, "c0")])
    before = studio.datasets.of(ref)
    old = studio.store.reader(before)

    after = studio.datasets.reshape(ref, lambda found: widened(found, ["n"]))
    studio.datasets.append(ref, [batch([3], n=[0.5])])

    assert after.sample_columns == (Column("n", NUMBER, "c1"),)
    assert [row["n"] for row in studio.rows(ref)] == [7.0, None, 0.5]
    assert old.rows(np.array([0, 1]), [before.sample_columns[0]]).column("c0").to_pylist() == [
        7,
        None,
    ]
    again = studio.reopened()
    assert [row["n"] for row in again.rows(ref)] == [7.0, None, 0.5]
    again.close()


def test_the_samples_that_lack_a_column_are_the_same_when_it_takes_decimals(studio):
    ref = studio.make(["a"], {"c0": [7]}, [Column("n", INTEGER, "c0")])
    studio.datasets.append(ref, [batch(["b"])])

    after = studio.datasets.reshape(ref, lambda found: widened(found, ["n"]))

    assert studio.datasets.incomplete(after) == {"n": 1}


def test_a_model_without_results_is_read_and_gets_some(studio):
    ref = studio.make(["a", "b", "c"], {}, [])
    at = "2026-01-01T00:00:00.000Z"
    studio.datasets.reshape(ref, lambda found: with_model(found, "m", at, {"lr": 0.1}))
    assert not studio.datasets.with_results(ref, "m")

    put(studio, ref, "m", [1], [0.5])
    put(studio, ref, "m", [2], [0.75])
    put(studio, ref, "m", [0, 2], [0.25, 1.0])

    assert list(studio.datasets.with_results(ref, "m")) == [0, 1, 2]
    assert [row["m.score"] for row in studio.rows(ref)] == [0.25, 0.5, 1.0]
    (model,) = studio.datasets.of(ref).models
    assert (model.n_results, model.metadata) == (3, {"lr": 0.1})


def test_results_of_a_removed_model_do_not_come_back_under_its_number(studio):
    ref = studio.make_small(4)
    studio.datasets.reshape(ref, lambda found: without_model(found, "m"))
    assert studio.datasets.of(ref).models == ()

    studio.datasets.reshape(ref, lambda found: with_model(found, "new", "", {}))
    assert [row["new.score"] for row in studio.rows(ref)] == [None] * 4
    with pytest.raises(UnknownModel, match='no model "m"'):
        studio.datasets.reshape(ref, lambda found: without_model(found, "m"))


def test_values_of_a_removed_result_do_not_come_back_under_its_field(studio):
    ref = studio.make_small(2)
    studio.datasets.reshape(ref, lambda found: without_result(found, "score"))
    assert "m.score" not in studio.rows(ref)[0]

    put(studio, ref, "m", [1], [3.5])
    assert [row["m.score"] for row in studio.rows(ref)] == [None, 3.5]


def test_who_reads_results_that_were_removed_meanwhile_is_told_that_the_data_changed(studio):
    ref = studio.make_small(2)
    before = studio.datasets.of(ref)
    reader = studio.store.reader(before)
    studio.datasets.reshape(ref, lambda found: without_model(found, "m"))

    with pytest.raises(DataChanged):
        reader.results(0, np.array([0]), list(before.result_columns))
    with pytest.raises(DataChanged):
        numbers_of(reader, 0)


def put_values(studio, ref, numbers, **columns):
    types = {pa.int64(): INTEGER, pa.float64(): NUMBER}
    values = {name: pa.array(given) for name, given in columns.items()}
    made = [NewColumn(name, types[array.type]) for name, array in values.items()]
    return studio.datasets.put_values(ref, made, np.array(numbers, np.int64), values)


def test_values_of_a_new_column_are_given_to_some_samples_and_only_later_ones_lack_them(studio):
    ref = studio.make_small(3)

    put_values(studio, ref, [0, 2], extra=[5, 7])

    assert [row["extra"] for row in studio.rows(ref)] == [5, None, 7]
    assert studio.datasets.incomplete(studio.datasets.of(ref)) == {}
    studio.datasets.append(ref, [batch(["late"], value=[1.0])])
    assert studio.datasets.incomplete(studio.datasets.of(ref))["extra"] == 1


def test_values_that_come_again_change_those_they_name_and_decimals_widen_the_column(studio):
    ref = studio.make_small(3)
    put_values(studio, ref, [0, 1, 2], extra=[5, 6, 7])

    put_values(studio, ref, [1], extra=[0.5])

    assert [row["extra"] for row in studio.rows(ref)] == [5.0, 0.5, 7.0]
    put_values(studio, ref, [2], extra=[9])
    assert [row["extra"] for row in studio.rows(ref)] == [5.0, 0.5, 9.0]


def test_values_of_a_removed_column_do_not_come_back_under_its_field(studio):
    ref = studio.make_small(2)
    put_values(studio, ref, [0, 1], extra=[5, 6])
    studio.datasets.reshape(ref, lambda found: without_columns(found, ["extra"]))
    assert "extra" not in studio.rows(ref)[0]

    put_values(studio, ref, [1], other=[8])
    assert [row["other"] for row in studio.rows(ref)] == [None, 8]
