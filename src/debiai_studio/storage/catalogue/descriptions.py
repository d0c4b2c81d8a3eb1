"""Columns, models and segments as JSON documents of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from debiai_studio.datasets.model import (
    Category,
    Column,
    ColumnType,
    DataSet,
    Derivation,
    IdSegment,
    Model,
)

Documents = list[dict[str, Any]]


def documents(things: Iterable[Column | Model | IdSegment]) -> Documents:
    """Each as a document with the names of its fields."""
    return [asdict(thing) for thing in things]


def columns(kept: Documents) -> tuple[Column, ...]:
    """Columns from their documents."""
    return tuple(
        Column(
            **document
            | {
                "type": ColumnType(document["type"]),
                "category": Category(document["category"]),
                "derivation": _derivation(document.get("derivation")),
            }
        )
        for document in kept
    )


def _derivation(kept: dict[str, Any] | None) -> Derivation | None:
    if kept is None:
        return None
    results = kept.get("results")
    return Derivation(
        **kept
        | {
            "inputs": tuple(kept["inputs"]),
            "results": None if results is None else tuple((one, name) for one, name in results),
        }
    )


def models(kept: Documents) -> tuple[Model, ...]:
    """Models from their documents."""
    return tuple(Model(**document) for document in kept)


def segments(kept: Documents) -> tuple[IdSegment, ...]:
    """Segments of the id file from their documents."""
    return tuple(IdSegment(**document) for document in kept)


def data_set(row: Mapping[str, Any]) -> DataSet:
    """The data set that a row of ``projects`` describes."""
    return DataSet(
        project_key=row["key"],
        folder=row["folder"],
        id_type=ColumnType(row["id_type"]),
        id_name=row["id_name"],
        sample_columns=columns(row["sample_columns"]),
        result_columns=columns(row["result_columns"]),
        models=models(row["models"]),
        segments=segments(row["segments"]),
        next_sample_no=row["next_sample_no"],
        n_deleted=row["n_deleted"],
        data_version=row["data_version"],
    )
