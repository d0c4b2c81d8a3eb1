"""Which samples lack the values of which column, after a change of the data."""

from __future__ import annotations

from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet, in_order
from debiai_studio.datasets.ports import Draft, Gaps
from debiai_studio.datasets.shape import Reshaped


def gaps_after_append(gaps: Gaps, before: DataSet, draft: Draft) -> Gaps | None:
    """The gaps by column field; None when nothing changes."""
    fields = {column.field for column in before.sample_columns if column.is_awaited}
    left_out = [fields - given for given, came in draft.came.items() if came.new]
    if not gaps and not any(left_out):
        return None
    after = {}
    for column in {*gaps, *(column for columns in left_out for column in columns)}:
        samples = gaps.get(column, BitMap())
        for given, came in draft.came.items():
            if column not in given:
                samples |= came.new
        for given, came in draft.came.items():
            if column in given:
                samples -= came.all
        if samples:
            after[column] = samples
    return after


def gaps_after_reshape(gaps: Gaps, before: DataSet, planned: Reshaped) -> Gaps:
    """The gaps by column field: every sample lacks a new column."""
    fields = {column.field for column in before.sample_columns}
    after = {}
    for column in planned.after.sample_columns:
        if not column.is_awaited:
            continue
        origin = planned.tables.copied.get(column.field, column.field)
        samples = gaps.get(origin, BitMap())
        if origin not in fields:
            samples = BitMap(range(before.next_sample_no))
        if samples:
            after[column.field] = samples
    return after


def gaps_by_name(gaps: Gaps, dataset: DataSet) -> dict[str, BitMap]:
    """The gaps by name of a sample column; a derived one has those of what it looks at."""
    found = {c.name: gaps[c.field] for c in dataset.sample_columns if c.field in gaps}
    for column in in_order(dataset.sample_columns):
        if column.derivation is not None:
            lacking = [found[name] for name in column.derivation.inputs if name in found]
            if lacking:
                found[column.name] = BitMap.union(*lacking)
    return found
