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
    """The gaps by each name that filters call a column by.

    A derived column has those of what it looks at, also when it is a result of models.
    """
    by_field = dict(gaps)
    for column in in_order(dataset):
        inputs = dataset.inputs_of(column)
        lacking = [by_field[one.field] for one in inputs if one.field in by_field]
        if lacking:
            by_field[column.field] = BitMap.union(*lacking)
    samples = {column.name: column.field for column in dataset.sample_columns}
    found = {name: by_field[field] for name, field in samples.items() if field in by_field}
    for column in dataset.result_columns:
        if column.field in by_field:
            name, lacking_it = column.name, by_field[column.field]
            found[f"{name} (result)" if name in samples else name] = lacking_it
            found |= {f"{model.id}.{name}": lacking_it for model in dataset.models}
    return found
