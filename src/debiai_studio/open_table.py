"""Opens a table of Python (pandas, Polars, Arrow) as a project: the way from a notebook."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from debiai_studio.errors import Invalid
from debiai_studio.sources.arrow_types import json_text
from debiai_studio.sources.service import ColumnDraft, ImportJob, ImportRequest, Sources

_SECONDS_BETWEEN_LOOKS = 0.05


class NotATable(Invalid):
    """What was given is no table that is known."""

    code = "sources.not_a_table"
    title = "Not a table"

    def __init__(self, type_name: str) -> None:
        super().__init__(
            f"A {type_name} is not a table: give a pandas or Polars DataFrame, a pyarrow Table "
            "or RecordBatch, or a dict of columns."
        )


def import_table(
    sources: Sources,
    table: object,
    *,
    name: str,
    id_column: str | None = None,
    models: Mapping[str, Mapping[str, str]] | None = None,
) -> ImportJob:
    """Import a table as a new project and wait until that has ended; the ended job.

    ``id_column`` names the samples; without it a column that looks like an id is taken, else
    the position. ``models`` names the columns of results, as ``{model: {result: column}}``;
    without it they are guessed. Raises NotATable, InvalidImport, UnreadableFile.
    """
    arrow = arrow_table(table)
    file_id, path = sources.place(f"{name}.arrow")
    try:
        _write(arrow, path)
        sources.keep(file_id, path, origin="Python")
        inspection = sources.inspect(file_id)
        columns = inspection.columns
        if models is not None:
            columns = _with_models(columns, models)
        job = sources.start(
            ImportRequest(
                file_id=file_id,
                project=name,
                id_column=inspection.id_column if id_column is None else id_column,
                columns=columns,
            )
        )
    except BaseException:
        sources.forget(file_id)
        raise
    while job.state in ("waiting", "running"):
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        job = sources.job(job.id)
    if job.state != "done":
        sources.forget(file_id)
    return job


def arrow_table(table: object) -> pa.Table:
    """The table in Arrow; NaN of pandas becomes missing, as pandas means it. Raises NotATable."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    kind = type(table)
    if kind.__module__.partition(".")[0] == "pandas" and hasattr(table, "columns"):
        return _from_pandas(table)
    if hasattr(table, "__arrow_c_stream__"):
        return pa.table(table)
    if isinstance(table, Mapping):
        return pa.table({str(key): _column(values) for key, values in table.items()})
    raise NotATable(kind.__qualname__)


def _from_pandas(frame: Any) -> pa.Table:
    columns: dict[str, Any] = {}
    has_index = frame.index.nlevels > 1 or frame.index.name is not None
    whole = frame.reset_index() if has_index else frame
    names = [_name(each) for each in whole.columns]
    for position in range(len(names)):
        columns[str(position)] = _column(whole.iloc[:, position])
    return pa.table(list(columns.values()), names=names)


def _name(column: object) -> str:
    return ".".join(map(str, column)) if isinstance(column, tuple) else str(column)


def _column(values: Any) -> pa.Array:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        # Values of several kinds: each as text, lists and dicts as JSON.
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    # NaN and NaT are not equal to themselves; NA of pandas cannot say.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float) and value != value:  # noqa: PLR0124  NaN
        return None
    if isinstance(value, list | dict | tuple):
        return json_text(value)
    return str(value)


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=65536)


def _with_models(
    columns: Sequence[ColumnDraft], models: Mapping[str, Mapping[str, str]]
) -> list[ColumnDraft]:
    known = {column.name for column in columns}
    of: dict[str, tuple[str, str]] = {}
    for model, results in models.items():
        for result, column in results.items():
            if column not in known:
                raise _unknown_column(model, result, column)
            of[column] = (model, result)
    return [
        column.model_copy(
            update={
                "model": of[column.name][0] if column.name in of else None,
                "result": of[column.name][1] if column.name in of else None,
            }
        )
        for column in columns
    ]


def _unknown_column(model: str, result: str, column: str) -> Invalid:
    return Invalid(
        f'The result "{result}" of the model "{model}" names the column "{column}", '
        "which the table does not have."
    )
