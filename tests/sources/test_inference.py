from __future__ import annotations

import itertools
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.conversion import converted
from debiai_studio.sources.inference import ColumnProfile
from debiai_studio.sources.ports import Style


def profile(*batches):
    found = ColumnProfile("x", Style.TEXT)
    row = 0
    for values in batches:
        found.add(pa.array(values, pa.string()), "", row)
        row += len(values)
    return found


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["1", "-2", "0"], ColumnType.INTEGER),
        (["9223372036854775807", "-9223372036854775808"], ColumnType.INTEGER),
        (["9223372036854775808", "1"], ColumnType.TEXT),
        (["9223372036854775808", "1.5"], ColumnType.NUMBER),
        (["007", "8"], ColumnType.TEXT),
        (["00.5"], ColumnType.TEXT),
        (["0.5", "-0.5", "0"], ColumnType.NUMBER),
        (["1", "nan"], ColumnType.NUMBER),
        (["NaN", "inf", "-Infinity", "+inf", "1e-300", "+2"], ColumnType.NUMBER),
        (["0x10"], ColumnType.TEXT),
        (["1,5"], ColumnType.TEXT),
        ([" 1", "2 "], ColumnType.INTEGER),
        (["true", "False", "TRUE"], ColumnType.BOOLEAN),
        (["true", "1"], ColumnType.TEXT),
        (["yes", "no"], ColumnType.TEXT),
        (["2020-02-29"], ColumnType.TIME),
        (["2021-02-29"], ColumnType.TEXT),
        (["2020-02-29", "2020-01-01 10:00", "2020-01-01T10:00:00.123456789"], ColumnType.TIME),
        (["10:00:00"], ColumnType.TEXT),
        (["2020"], ColumnType.INTEGER),
        ([None, None], ColumnType.TEXT),
        ([], ColumnType.TEXT),
    ],
)
def test_a_column_is_the_narrowest_type_that_holds_every_value(values, type_):
    assert profile(values).type is type_


def test_times_are_zoned_when_all_of_them_are():
    assert profile(["2020-01-01T10:00:00Z", "2020-01-01 10:00:00+02:00"]).is_zoned
    assert not profile(["2020-01-01T10:00:00"]).is_zoned
    assert profile(["2020-01-01T10:00:00"], ["2020-01-01T10:00:00Z"]).type is ColumnType.TEXT


def test_one_odd_value_among_many_decides_and_is_named():
    found = profile(["1"] * 5000, ["2"] * 700 + ["n/a", "x"] + ["3"] * 300, ["4"] * 10)

    assert found.type is ColumnType.TEXT
    assert found.told == "'n/a' in row 5,701 is not an integer: kept as text."


def test_an_odd_value_in_the_first_batch_is_named_too():
    assert profile(["1"] * 300 + ["x"]).told == "'x' in row 301 is not an integer: kept as text."


def test_leading_zeros_are_kept_and_said():
    assert (
        profile(["1"] * 300 + ["007"]).told == "'007' in row 301 has leading zeros: kept as text."
    )


def test_a_column_without_values_says_so():
    assert profile([None]).told == "There are no values."


TEXTS = st.one_of(
    st.none(),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(repr),
    st.sampled_from(["true", "false", "007", "x", "nan", "-inf", "1e5", "+3", " 4 ", "0x1", ""]),
    st.datetimes().map(lambda moment: moment.isoformat(" ")),
    st.text(max_size=3),
)


def is_integer(text):
    return re.fullmatch(r"0|-?[1-9]\d*", text, re.ASCII) and -(2**63) <= int(text) < 2**63


def is_number(text):
    if re.match(r"[+-]?0\d", text, re.ASCII) or "_" in text:
        return False
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()


@given(st.lists(TEXTS, max_size=30), st.integers(0, 30))
def test_integers_and_numbers_are_what_python_takes_for_them_however_batches_fall(values, cut):
    found = profile(values[:cut], values[cut:]).type
    texts = [value.strip(" \t\r\n") for value in values if value is not None]

    if not texts:
        assert found is ColumnType.TEXT
    elif all(map(is_integer, texts)):
        assert found is ColumnType.INTEGER
    elif all(map(is_number, texts)) and not all(re.fullmatch(r"-?\d+", text) for text in texts):
        assert found is ColumnType.NUMBER
    else:
        assert found not in (ColumnType.INTEGER, ColumnType.NUMBER)


@given(st.lists(st.floats(), min_size=1))
def test_numbers_survive_being_written_as_text(values):
    texts = pa.array([repr(value) for value in values])

    assert profile(texts.to_pylist()).type is ColumnType.NUMBER
    assert list(map(repr, converted(texts, ColumnType.NUMBER).to_pylist())) == texts.to_pylist()


@given(st.lists(TEXTS, max_size=20), st.lists(st.integers(0, 20), max_size=4))
def test_the_type_does_not_depend_on_where_batches_end(values, cuts):
    edges = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    parts = [values[start:end] for start, end in itertools.pairwise(edges)]

    one, many = profile(values), profile(*parts)

    assert (one.type, one.is_zoned, one.present) == (many.type, many.is_zoned, many.present)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["1,5", "2.345,25"], "decimal commas"),
        (["31.01.2020", "1.2.20"], "2020-12-31"),
        (["01/31/2020 10:30", "02/28/2020 9:05 PM"], "2020-12-31"),
        (["a", "1,5"], None),
        (["Berlin, 5"], None),
    ],
)
def test_values_of_another_custom_are_text_with_the_remedy(values, told):
    found = profile(values)

    assert found.type is ColumnType.TEXT
    assert found.told is None if told is None else told in (found.told or "")
