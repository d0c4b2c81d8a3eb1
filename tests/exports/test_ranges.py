"""Ranges that a receiver can apply: the values named are the ones that the page counts by."""

from __future__ import annotations

import json
import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.predicate import Range
from debiai_studio.exports.bounds import AxisType, checked
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.errors import (
    RangeNotExportable,
)
from debiai_studio.exports.request import (
    AxisRange,
    ExportRequest,
    Range1D,
    Range2D,
    SelectedSamples,
)
from debiai_studio.selections.rule import Rule

ALL = SelectedSamples(rule=Rule())


def request(subject=ALL, method="wire", **texts) -> ExportRequest:
    return ExportRequest(subject=subject, method_id=stable_id(method), **texts)


def axis(column: str, low: str, high: str) -> Range1D:
    return Range1D(x=AxisRange(column=column, min=low, max=high))


@pytest.mark.parametrize(
    ("drawn", "samples"),
    [
        (axis("dep_delay", "15", "90.5"), {"f0", "f1"}),
        (axis("dep_delay", "15.000000000000002", "90.6"), {"f1", "f2"}),
        (axis("dep_delay", "-1e-300", "0"), {"f3"}),
        (axis("distance", "200", "1400"), {"f0", "f1", "f4"}),
        (axis("distance", "9007199254740993", "9007199254740993"), {"f6"}),
        (axis("carrier", "AA", "DL"), {"f0", "f1", "f6"}),
        (axis("time_hour", "2013-01-02T10:00:00Z", "2013-01-03T10:00:00Z"), {"f1", "f2"}),
        (axis("local_time", "2013-01-02T10:00:00", "2013-01-02T10:00:00.000001"), {"f1"}),
    ],
)
def test_a_receiver_that_applies_the_bounds_gets_the_samples_that_were_counted(
    world, flights, drawn, samples
):
    """E10 and E15 of the peer's defects: bounds that select something else."""
    exports = world.exports()
    delivery = exports.accept(flights, request(drawn))
    document = json.loads(world.bytes_of(delivery.id))

    passing = set()
    for batch in world.datasets.row_batches(flights, world.selections.members_of(flights, Rule())):
        for row in batch.to_pylist():
            value = row[document["colX"]]
            value = _as_json(value, zoned=drawn.x.column == "time_hour")
            if value is not None and document["x"][0] <= value <= document["x"][1]:
                passing.add(row["id"])

    assert passing == samples
    assert delivery.n_samples == len(samples)


def _as_json(value, *, zoned: bool):
    if hasattr(value, "isoformat"):
        return value.replace(tzinfo=None).isoformat() + ("Z" if zoned else "")
    return value


@pytest.mark.parametrize(
    ("column", "models_as", "samples"),
    [("pred", "rows", 2), ("one.pred", "columns", 1), ("two.pred", "columns", 2)],
)
def test_a_range_on_results_counts_samples_not_rows(world, column, models_as, samples):
    """E4 of the peer's defects: with models a sample was counted once per model."""
    predictions = {"one": [1.0, 5.0, None, 9.0], "two": [1.5, 1.0, 7.0, None]}
    ref = world.add_project(pa.array(["a", "b", "c", "d"]), predictions=predictions)
    rule = Rule(models=("one", "two"), models_as=models_as, results="union")
    drawn = Range1D(x=AxisRange(column=column, min="1", max="2"), rule=rule)

    shown = world.exports().preview(ref, request(drawn))

    assert json.loads(shown.text)["x"] == [1.0, 2.0]
    assert shown.n_samples == samples


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_bound_reads_back_as_the_same_float(value):
    low, high = checked(
        AxisRange(column="x", min=repr(value), max=repr(value)), AxisType(ColumnType.NUMBER)
    )

    assert math.copysign(1, json.loads(low.literal)) == math.copysign(1, value)
    assert json.loads(high.literal) == float(high.canonical) == value
    assert isinstance(json.loads(low.literal), float)


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_bound_is_exact(value):
    text = str(value)
    low, _ = checked(AxisRange(column="x", min=text, max=text), AxisType(ColumnType.INTEGER))

    assert low.literal == text


@given(st.datetimes(), st.booleans())
def test_a_date_bound_keeps_its_microseconds_and_its_zone(value, zoned):
    text = value.isoformat() + ("Z" if zoned else "")
    low, _ = checked(
        AxisRange(column="x", min=text, max=text), AxisType(ColumnType.TIME, zoned=zoned)
    )

    assert json.loads(low.literal) == low.canonical == text


def test_a_range_counts_only_what_the_analysis_shows(world, flights):
    shown = Rule(filters=Range(id="r", column="arr_delay", min="0"))
    box = Range2D(
        x=AxisRange(column="dep_delay", min="0", max="100"),
        y=AxisRange(column="arr_delay", min="-10", max="100"),
        rule=shown,
    )

    assert world.exports().preview(flights, request(box)).n_samples == 3


def test_a_range_that_covers_nothing_says_so(world, flights):
    shown = world.exports().preview(flights, request(axis("distance", "1", "2")))

    assert shown.n_samples == 0
    assert shown.warnings == ["The range covers no sample."]


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        (axis("dep_delay", "-inf", "1"), "infinite"),
        (axis("dep_delay", "0", "inf"), "infinite"),
        (axis("distance", "0", "Infinity"), "infinite"),
        (axis("dep_delay", "nan", "1"), "takes a number"),
        (axis("dep_delay", "x", "1"), '"x" is no bound of "dep_delay"'),
        (axis("distance", "1.5", "2"), "whole number"),
        (axis("distance", "0", "9223372036854775808"), "64 bits"),
        (axis("distance", "2", "1"), "minimum 2 is above the maximum 1"),
        (axis("carrier", "b", "a"), "above"),
        (axis("time_hour", "2013-01-01T10:00:00", "2013-01-02T10:00:00"), "10:00:00Z"),
        (axis("local_time", "2013-01-01T10:00:00Z", "2013-01-02T10:00:00Z"), "a moment like"),
        (axis("time_hour", "2013-13-01T10:00:00Z", "2013-01-02T10:00:00Z"), "a moment like"),
        (axis("tags", "[]", "[]"), "array"),
        (axis("none", "1", "2"), 'no column "none"'),
    ],
)
def test_bounds_that_a_document_cannot_name_are_refused(world, flights, drawn, says):
    with pytest.raises(RangeNotExportable) as refused:
        world.exports().accept(flights, request(drawn))

    assert says in str(refused.value)
