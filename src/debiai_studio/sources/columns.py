"""Which column of a file becomes which column of the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.sources.errors import InvalidImport
from debiai_studio.sources.model import ColumnDraft

_POSITION = "position"
_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}


@dataclass(frozen=True, slots=True)
class ProjectColumns:
    """The columns of a new project, and where each comes from.

    ``sample_sources`` and ``result_sources`` name the file's columns by field; a result is
    named by model and field.
    """

    id_column: str | None
    id_name: str
    id_type: ColumnType
    sample_columns: tuple[Column, ...]
    result_columns: tuple[Column, ...]
    models: tuple[str, ...]
    sample_sources: dict[str, str]
    result_sources: dict[str, dict[str, str]]


def project_columns(drafts: Sequence[ColumnDraft], id_column: str | None) -> ProjectColumns:
    """The columns as the person wants them. Raises InvalidImport."""
    by_name = {draft.name: draft for draft in drafts}
    if len(by_name) < len(drafts):
        raise InvalidImport("A column is named twice; name each column of the file once.")
    if id_column is not None and id_column not in by_name:
        raise InvalidImport(
            f'There is no column "{id_column}" to take the ids from; choose one of the file, '
            "or number the samples by position."
        )
    kept = [draft for draft in drafts if not draft.skip and draft.name != id_column]
    samples = [draft for draft in kept if draft.model is None]
    results = _by_result([draft for draft in kept if draft.model is not None])
    result_columns = tuple(
        _result_column(name, f"r{number}", list(by_model.values()))
        for number, (name, by_model) in enumerate(results.items())
    )
    models = tuple(dict.fromkeys(draft.model for draft in kept if draft.model is not None))
    id_type = by_name[id_column].type if id_column is not None else ColumnType.INTEGER
    return ProjectColumns(
        id_column=id_column,
        id_name=id_column if id_column is not None else _free_name({d.name for d in samples}),
        id_type=ColumnType.INTEGER if id_type is ColumnType.INTEGER else ColumnType.TEXT,
        sample_columns=tuple(
            Column(
                name=draft.name,
                type=draft.type,
                field=f"c{number}",
                category=draft.category,
                zoned=draft.type is ColumnType.TIME and draft.zoned,
            )
            for number, draft in enumerate(samples)
        ),
        result_columns=result_columns,
        models=models,
        sample_sources={f"c{number}": draft.name for number, draft in enumerate(samples)},
        result_sources={
            model: {
                column.field: results[column.name][model].name
                for column in result_columns
                if model in results[column.name]
            }
            for model in models
        },
    )


def _by_result(drafts: Sequence[ColumnDraft]) -> dict[str, dict[str, ColumnDraft]]:
    results: dict[str, dict[str, ColumnDraft]] = {}
    for draft in drafts:
        model, result = draft.model or "", draft.result or ""
        if not model.strip() or not result.strip():
            raise InvalidImport(
                f'The column "{draft.name}" is a result of a model: name both the model and '
                "the result."
            )
        by_model = results.setdefault(result, {})
        if model in by_model:
            raise InvalidImport(
                f'The columns "{by_model[model].name}" and "{draft.name}" are both the result '
                f'"{result}" of the model "{model}"; rename one of the results.'
            )
        by_model[model] = draft
    return results


def _result_column(name: str, field: str, drafts: Sequence[ColumnDraft]) -> Column:
    """One column for the result of every model: of their type, or of one that holds all."""
    kinds = {(draft.type, draft.type is ColumnType.TIME and draft.zoned) for draft in drafts}
    if len(kinds) == 1:
        type_, zoned = kinds.pop()
    else:
        is_numeric = {kind for kind, _ in kinds} <= _NUMERIC
        type_, zoned = (ColumnType.NUMBER if is_numeric else ColumnType.TEXT), False
    return Column(name, type_, field, category=drafts[0].category, zoned=zoned)


def _free_name(taken: set[str]) -> str:
    name = _POSITION
    while name in taken:
        name = f"sample_{name}"
    return name
