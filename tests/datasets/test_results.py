from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyroaring import BitMap
from tests.datasets.studio import batch

from debiai_studio.datasets.errors import TooManyResults, UnsuitableValues
from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.results import MOST_RESULTS, ModelOfResults, ResultValues

OWNER = ModelOfResults(("method", "m1"), "Answers of labelling", "2026-01-01T00:00:00.000Z")
STAYS = object()
TEXT, INTEGER, NUMBER = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.NUMBER


def put(studio, ref, numbers, owner=OWNER, **columns):
    types = {pa.string(): TEXT, pa.int64(): INTEGER, pa.float64(): NUMBER}
    given = {}
    for name, values in columns.items():
        array = pa.array([None if value is STAYS else value for value in values])
        type_ = types.get(array.type)
        there = np.array([value is not STAYS for value in values])
        given[name] = ResultValues(type_, array, there)
    return studio.datasets.put_results(ref, owner, np.array(numbers, np.int64), given)


def labels(studio, ref, column="Answers of labelling.answer"):
    return [row[column] for row in studio.rows(ref)]


def test_results_make_a_model_and_a_column_of_a_project_that_had_neither(studio):
    ref = studio.make([1, 2, 3], {}, [])
    after = put(studio, ref, [0, 2], answer=["cat", "dog"])
    assert [(m.name, m.n_results) for m in after.models] == [("Answers of labelling", 2)]
    assert labels(studio, ref) == ["cat", None, "dog"]
    assert studio.datasets.of(ref) == after


def test_later_results_change_those_they_name_and_keep_the_rest(studio):
    ref = studio.make_small(4)
    put(studio, ref, [1, 3], answer=["a", "b"])
    after = put(studio, ref, [0, 3], answer=["c", "d"], certainty=[0.5, 0.75])
    assert labels(studio, ref) == ["c", "a", None, "d"]
    assert labels(studio, ref, "Answers of labelling.certainty") == [0.5, None, None, 0.75]
    assert [m.n_results for m in after.models] == [2, 3]
    after = put(studio, ref, [1], certainty=[0.25])
    assert labels(studio, ref) == ["c", "a", None, "d"]
    assert after.data_version == 4
    assert [row["m.score"] for row in studio.rows(ref)] == [0.0, None, 2.0, None]


def test_results_are_still_there_after_a_restart_an_append_a_deletion_and_compaction(studio):
    ref = studio.make_small(3)
    put(studio, ref, [0, 2], answer=["a", "c"])
    studio.datasets.append(ref, [batch(["s9"], value=[1.0])])
    studio.datasets.delete_samples(ref, pa.array(["s0"]))
    studio.datasets.compact(ref)
    again = studio.reopened()
    try:
        assert labels(again, ref) == [None, "c", None]
        assert again.datasets.of(ref).models[1].n_results == 1
        put(again, ref, [1, 3], answer=["b", "x"])
        assert labels(again, ref) == ["b", "c", "x"]
    finally:
        again.close()


def test_a_value_that_is_not_given_stays_and_one_that_is_missing_is_taken_away(studio):
    ref = studio.make_small(3)
    put(studio, ref, [0, 1, 2], answer=["a", "b", "c"])
    put(studio, ref, [0, 1, 2], answer=["x", STAYS, None], score=[STAYS, 1.5, STAYS])
    assert labels(studio, ref) == ["x", "b", None]
    assert labels(studio, ref, "Answers of labelling.score") == [None, 1.5, None]


def test_a_column_of_nothing_but_missing_values_is_not_made(studio):
    ref = studio.make_small(1)
    after = put(studio, ref, [0], answer=["a"], nothing=[None])
    assert [c.name for c in after.result_columns] == ["score", "answer"]


def test_integers_beyond_2_53_stay_exact(studio):
    ref = studio.make_small(1)
    put(studio, ref, [0], answer=[2**53 + 1])
    assert labels(studio, ref) == [2**53 + 1]


def test_values_of_another_type_are_refused_and_nothing_changes(studio):
    ref = studio.make_small(2)
    before = put(studio, ref, [0], answer=["cat"])
    with pytest.raises(UnsuitableValues, match='"answer" holds text values: integer values came'):
        put(studio, ref, [1], answer=[3], other=["x"])
    assert studio.datasets.of(ref) == before
    after = put(studio, ref, [1], score=[2])
    assert [c.type for c in after.result_columns if c.name == "score"] == [NUMBER]
    with pytest.raises(UnsuitableValues):
        put(studio, ref, [1], score=[2**53 + 1])


def test_another_method_gets_a_model_of_its_own_also_under_the_same_name(studio):
    ref = studio.make_small(1)
    put(studio, ref, [0], answer=["a"])
    other = ModelOfResults(("method", "m2"), OWNER.name, OWNER.at)
    after = put(studio, ref, [0], owner=other, answer=["b"])
    assert [m.name for m in after.models] == [
        "m",
        "Answers of labelling",
        "Answers of labelling 2",
    ]


def test_more_names_than_a_project_takes_are_refused(studio):
    ref = studio.make_small(1)
    many = {f"n{number}": ["x"] for number in range(MOST_RESULTS)}
    with pytest.raises(TooManyResults, match="more than 200 results"):
        put(studio, ref, [0], **many)
    assert len(studio.datasets.of(ref).result_columns) == 1


def test_a_selection_saved_before_keeps_its_samples(studio):
    ref = studio.make_small(3)
    put(studio, ref, [2], answer=["a"])
    assert studio.ids(ref, BitMap([0, 2])) == ["s0", "s2"]
