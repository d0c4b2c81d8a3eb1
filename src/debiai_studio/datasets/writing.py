"""Values and results that samples are given: what a data set becomes by them, drafted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.decimals import is_exact_as_decimals
from debiai_studio.datasets.errors import UnsuitableValues
from debiai_studio.datasets.gaps import gaps_after_reshape
from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.ports import Gaps, Numbers, SampleStore, Values
from debiai_studio.datasets.results import (
    ModelOfResults,
    ResultValues,
    fitted,
    plan_results,
    with_count,
    with_stored,
)
from debiai_studio.datasets.shape import NewColumn, Reshaped, with_values


def draft_values(  # noqa: PLR0917 - what is given, and what it is given to
    store: SampleStore,
    before: DataSet,
    gaps: Gaps,
    columns: Sequence[NewColumn],
    numbers: Numbers,
    values: Mapping[str, pa.Array[Any]],
) -> tuple[DataSet, Gaps]:
    """Write down values of columns, by name; the data set after, and its gaps by field.

    Raises UnsuitableValues.
    """
    planned = with_values(before, columns)
    _check_exact(store.reader(before), before, planned)
    after = replace(planned.after, data_version=before.data_version + 1)
    stored = {column.name: column for column in after.sample_columns}
    given = {stored[c.name].field: fitted(stored[c.name], c.type, values[c.name]) for c in columns}
    of_all = gaps_after_reshape(gaps, before, planned)
    left = {field: samples for field, samples in of_all.items() if field not in given}
    store.draft_values(before, planned.tables, numbers, given)
    return after, left


def draft_results(
    store: SampleStore,
    before: DataSet,
    owner: ModelOfResults | str,
    numbers: Numbers,
    results: Mapping[str, ResultValues],
) -> DataSet:
    """Write down results of a model, by name; the data set after.

    Raises UnknownModel, UnsuitableValues, TooManyResults.
    """
    planned = plan_results(before, owner, results)
    samples = BitMap(numbers)
    known = 0 if planned.is_new else store.count_results(before, samples)[planned.model.id]
    after = with_count(planned, planned.model.n_results + len(samples) - known)
    values = with_stored(store.reader(before), before, planned, numbers)
    rows = pa.record_batch(
        [pa.array(numbers, pa.int64()), *values.values()], ["sample_no", *values]
    )
    store.draft_results(before, planned.model.number, rows)
    return after


def _check_exact(reader: Values, before: DataSet, planned: Reshaped) -> None:
    copied = set(planned.tables.copied.values())
    for column in before.sample_columns:
        if column.field in copied and not is_exact_as_decimals(reader, before, column):
            reason = (
                "as decimals, which came, some would be rounded. Use another name; "
                "nothing was changed."
            )
            raise UnsuitableValues(column.name, column.type.value, reason)
