"""Which samples lack the values of which column, after a change of the data."""

from __future__ import annotations

from pyroaring import BitMap

from debiai_studio.datasets.model import Column, DataSet, in_order
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
    """The gaps by each name that filters call a column by.

    A derived column has those of what it looks at, also when it is a result of models.
    """
    found = {c.name: gaps[c.field] for c in dataset.sample_columns if c.field in gaps}
    samples = {column.name for column in dataset.sample_columns}
    _add_derived(found, in_order(dataset.sample_columns))
    results = dict(found)
    derived = _add_derived(results, in_order(dataset.result_columns))
    for name in derived:
        found[f"{name} (result)" if name in samples else name] = results[name]
        found |= {f"{model.id}.{name}": results[name] for model in dataset.models}
    return found


def _add_derived(found: dict[str, BitMap], columns: list[Column]) -> list[str]:
    """Add the gaps of derived columns that look at something with gaps; their names."""
    added = []
    for column in columns:
        inputs = column.derivation.inputs if column.derivation else ()
        lacking = [found[name] for name in inputs if name in found]
        if lacking:
            found[column.name] = BitMap.union(*lacking)
            added.append(column.name)
    return added
