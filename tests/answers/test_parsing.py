from __future__ import annotations

import json
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from debiai_studio.answers import parsing
from debiai_studio.answers.errors import MalformedAnswer
from debiai_studio.answers.parsing import columns_of, parse
from debiai_studio.answers.placing import EXAMPLES, place
from debiai_studio.datasets.model import ColumnType, DataSet

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
NAMES = st.text(string.ascii_letters + "éß_ -.", min_size=1).filter(
    lambda name: name.strip() and name != "id"
)
VALUES = {
    ColumnType.TEXT: TEXTS,
    ColumnType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    ColumnType.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    ColumnType.BOOLEAN: st.booleans(),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@st.composite
def rows_of_one_column(draw):
    type_ = draw(st.sampled_from(list(VALUES)))
    name = draw(NAMES)
    values = draw(st.lists(st.none() | VALUES[type_], min_size=1))
    ids = draw(st.lists(TEXTS | st.integers(), min_size=len(values), max_size=len(values)))
    return type_, name, ids, values


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


@settings(deadline=None)
@given(rows_of_one_column(), st.sampled_from([None, "samples", "results"]))
def test_every_value_is_read_exactly_as_it_was_sent(made, key):
    type_, name, ids, values = made
    rows = [{"id": id_, name: value} for id_, value in zip(ids, values, strict=True)]

    found = parse(encoded(rows if key is None else {key: rows, "more": 1}))

    assert found.ids == ids
    (column,) = columns_of(found.rows).items()
    assert column[0] == name
    assert column[1].values.to_pylist() == values
    expected = None if all(value is None for value in values) else type_
    assert column[1].type is expected
    assert column[1].there.all()


@settings(deadline=None)
@given(st.binary() | JSON.map(encoded))
def test_whatever_comes_is_read_or_refused_with_a_reason(body):
    try:
        rows = parse(body).rows
        columns = columns_of(rows)
    except MalformedAnswer as error:
        reason = error.reason
    else:
        reason = "."
        assert all(len(column.values) == len(rows) for column in columns.values())
    assert reason.endswith(".")


def test_a_name_that_only_some_rows_have_is_given_for_those():
    found = columns_of(parse(encoded([{"id": 1, "a": "x"}, {"id": 2, "b": None}])).rows)

    assert found["a"].there.tolist() == [True, False]
    assert found["b"].there.tolist() == [False, True]


def test_whole_numbers_among_decimals_are_decimals_while_they_stay_exact():
    found = columns_of([{"id": 1, "a": 1}, {"id": 2, "a": 0.5}])
    assert (found["a"].type, found["a"].values.to_pylist()) == (ColumnType.NUMBER, [1.0, 0.5])

    with pytest.raises(MalformedAnswer, match=r"row 1 is a whole number beyond 2\^53"):
        columns_of([{"id": 1, "a": 2**53 + 1}, {"id": 2, "a": 0.5}])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'[{"id": 1, "a": 9223372036854775808}]', "beyond 64 bits"),
        (b'[{"id": 1, "a": 1e999}]', "too large for a number"),
        (b'[{"id": 1, "a": ' + b"9" * 5000 + b"}]", "too long"),
        (b'[{"id": 1, "a": "\\ud800"}]', "half a character"),
        (b'[{"id": "\\u0000", "a": 1}]', "U+0000"),
        (b'[{"id": 1, " ": 1}]', "cannot be a column"),
        (b'[{"id": 1, "a\\n": 1}]', "cannot be a column"),
        (b'[{"id": 1}, {"id": 2}]', "an id and nothing else"),
        (b'[{"id": true, "a": 1}]', 'Row 1 has no "id"'),
        (b'{"samples": {}}', 'Under "samples" there is no list'),
        (b'{"samples": [], "results": []}', 'both "samples" and "results"'),
        (b"[1]", "Row 1 is not an object"),
        (encoded([{"id": 1} | {f"n{n}": 1 for n in range(51)}]), "at most 50"),
    ],
)
def test_what_is_wrong_is_named(body, reason):
    with pytest.raises(MalformedAnswer) as refused:
        columns_of(parse(body).rows)
    assert reason in refused.value.reason


def test_more_rows_than_an_answer_has_are_refused(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_ROWS", 2)
    with pytest.raises(MalformedAnswer, match="It has 3 rows; an answer has at most 2"):
        parse(encoded([{"id": 1, "a": 1}] * 3))


def dataset(id_type: ColumnType) -> DataSet:
    return DataSet(1, "f", id_type, "id", (), (), (), (), 10, 0, 1)


def find_in(ids: list):
    known = {id_: number for number, id_ in enumerate(ids)}

    def find(_dataset, asked):
        return np.array([known.get(id_, -1) for id_ in asked.to_pylist()], np.int64)

    return find


@pytest.mark.parametrize("given_id", [7, "7"])
@pytest.mark.parametrize(("id_type", "stored"), [(ColumnType.INTEGER, 7), (ColumnType.TEXT, "7")])
def test_a_whole_number_is_found_as_number_and_as_text(given_id, id_type, stored):
    found = parse(encoded([{"id": given_id, "a": 1}]))

    placed = place(found, dataset(id_type), BitMap([0]), find_in([stored]))

    assert placed.numbers.tolist() == [0]


@pytest.mark.parametrize("odd", ["07", "+7", "7.0", " 7", "\u0667", "x", 2**70, "9" * 19])
def test_what_is_no_whole_number_is_no_id_of_numbers(odd):
    found = parse(encoded([{"id": odd, "a": 1}]))

    placed = place(found, dataset(ColumnType.INTEGER), BitMap([0]), find_in([7]))

    assert placed.unknown == [str(odd)]


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdwxyz"), min_size=1), st.sets(st.sampled_from("abcd")))
def test_every_row_is_placed_or_counted_once(ids, members):
    names = list("abcd")
    rows = [{"id": id_, "a": n} for n, id_ in enumerate(ids)]
    inside = BitMap(names.index(name) for name in members)

    placed = place(parse(encoded(rows)), dataset(ColumnType.TEXT), inside, find_in(names))

    last = {id_: n for n, id_ in enumerate(ids) if id_ in members}
    found = zip(placed.numbers.tolist(), placed.rows, strict=True)
    assert {names[number]: row["a"] for number, row in found} == last
    n_left = len(placed.unknown) + len(placed.outside) + len(placed.duplicate)
    assert len(placed.rows) + n_left == len(ids)
    assert all(len(examples) <= EXAMPLES for examples in placed.examples.values())


def test_rows_of_one_id_are_put_together_and_the_later_value_counts():
    rows = [{"id": "a", "x": 1, "y": 2}, {"id": "a", "y": 3}]

    placed = place(parse(encoded(rows)), dataset(ColumnType.TEXT), BitMap([0]), find_in(["a"]))

    assert placed.rows == [{"id": "a", "x": 1, "y": 3}]
    assert placed.duplicate == ["a"]
