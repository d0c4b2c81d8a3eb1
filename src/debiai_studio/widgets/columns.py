"""Columns in settings: how a form offers them, how a plan finds them, which to start with."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from debiai_studio.datasets.model import Category, Column, ColumnType
from debiai_studio.engine.errors import UnknownColumn, Unsuitable
from debiai_studio.widgets.errors import ColumnNotChosen

NUMERIC = tuple(type_.value for type_ in ColumnType if type_.is_numeric)
PLOTTABLE = tuple(type_.value for type_ in ColumnType if type_.is_plottable)
CORRELATABLE = (*NUMERIC, ColumnType.BOOLEAN.value)
EVERY = tuple(type_.value for type_ in ColumnType)
_SUITED = {NUMERIC: "a number or a date", CORRELATABLE: "a number, a date or a boolean"}
_CLASSES_SHOWN = 2
_RESULTS_SHOWN = 2
_ERROR_WORDS = {"error", "err", "loss", "residual", "residuals"}
_PREDICTION_WORDS = {"pred", "predicted", "prediction", "predictions", "guess", "told", "output"}
_TRUTH_WORDS = {"truth", "true", "label", "target", "actual", "class", "groundtruth"}


def column_field(title: str, description: str, types: tuple[str, ...] = PLOTTABLE) -> Any:
    """A setting that names one column; empty until one is chosen."""
    extra: dict[str, Any] = {"format": "column", "types": list(types)}
    return Field(default="", title=title, description=description, json_schema_extra=extra)


def columns_field(
    title: str,
    description: str,
    types: tuple[str, ...] = PLOTTABLE,
    limit: int = 50,
    least: int = 0,
) -> Any:
    """A setting that lists columns; the form keeps at least ``least`` of them."""
    return Field(
        default_factory=list,
        title=title,
        description=description,
        max_length=limit,
        json_schema_extra={"format": "columns", "types": list(types), "minItems": least},
    )


def window_field(title: str) -> Any:
    """A setting that the widget changes itself when a person zooms."""
    return Field(
        default=None,
        title=title,
        description="Lowest and highest coordinate shown; empty for everything.",
        json_schema_extra={"format": "window", "advanced": True},
    )


def chosen(columns: list[Column], name: str, setting: str, types: tuple[str, ...]) -> str:
    """The column's name, once it is known to suit.

    Raises ColumnNotChosen, UnknownColumn or Unsuitable.
    """
    if not name:
        raise ColumnNotChosen(setting)
    by_name = {column.name: column for column in columns}
    if name not in by_name:
        raise UnknownColumn(name, list(by_name))
    if by_name[name].type.value not in types:
        suited = _SUITED.get(types, "a column with single values")
        raise Unsuitable(name, f"its type is {by_name[name].type.value}; choose {suited}.")
    return name


def target_of(columns: list[Column]) -> Column | None:
    """The numbers a person most likely asks about.

    The errors of models where there are results, else the ground truth, else the last numbers.
    """
    numbers = [c for c in columns if c.type in (ColumnType.NUMBER, ColumnType.INTEGER)]
    results = [c for c in numbers if _is_result(c)]
    errors = [c for c in results if _words(c.name) & _ERROR_WORDS]
    return next(iter(errors or results or _truths(numbers) or numbers[-1:]), None)


def partner_of(columns: list[Column], target: Column | None) -> Column | None:
    """The numbers to compare with the target: named alike if any are, inputs before others."""
    of_models = target is not None and _is_result(target)
    numbers = [
        c
        for c in columns
        if c.type.is_numeric and c is not target and not (of_models and _is_result(c))
    ]
    if not numbers:
        return None
    words = _words(target.name) if target else set()

    def score(column: Column) -> tuple[int, bool, bool]:
        alike = len(words & _words(column.name))
        return alike, column.category is Category.INPUT, column.type is not ColumnType.TIME

    return max(numbers, key=score)


def suggested_axes(columns: list[Column]) -> dict[str, str]:
    """``y`` is the target, ``x`` what resembles it most; empty where there are no numbers."""
    target = target_of(columns)
    partner = partner_of(columns, target) or target
    return {"x": partner.name if partner else "", "y": target.name if target else ""}


def classes_of(columns: list[Column]) -> list[Column]:
    """Columns that sort rows into classes, in the order of the source."""
    return [c for c in columns if c.type in (ColumnType.TEXT, ColumnType.BOOLEAN)]


def told_classes_of(columns: list[Column]) -> tuple[Column | None, Column | None]:
    """A column of true classes, and one of what a model told for them.

    The results of models where there are some, else what is named a prediction; the truth is of
    its type, named like it if any is.
    """
    kinds = (ColumnType.TEXT, ColumnType.BOOLEAN, ColumnType.INTEGER)
    sorting = [c for c in columns if c.type in kinds and c.field != "model"]
    classes = [c for c in sorting if c.type is not ColumnType.INTEGER] or sorting
    plottable = classes or [c for c in columns if c.type.is_plottable]
    results = [c for c in classes if _is_result(c)]
    named = [c for c in classes if _words(c.name) & _PREDICTION_WORDS]
    told = next(iter(results or named), None)

    def likeness(truth: Column) -> tuple[bool, bool, bool, int]:
        words = _words(truth.name)
        return (
            told is None or truth.type is told.type,
            truth.category is Category.GROUNDTRUTH,
            bool(words & _TRUTH_WORDS),
            len(words & _words(told.name)) if told else 0,
        )

    truths = [c for c in plottable if c is not told and not _is_result(c)] or plottable
    truth = max(truths, key=likeness, default=None)
    others = [c for c in plottable if c is not truth]
    alike = [c for c in others if truth and c.type is truth.type]
    return truth, told if told is not truth and told else next(iter(alike or others), truth)


def overview_of(columns: list[Column], limit: int) -> list[Column]:
    """A few columns of every role: target, partner, classes, results, and other numbers."""
    target = target_of(columns)
    classes = classes_of(columns)[:_CLASSES_SHOWN]
    results = [c for c in columns if _is_result(c) and c.type.is_numeric][:_RESULTS_SHOWN]
    numbers = [c for c in columns if c.type.is_numeric]
    first = [target, partner_of(columns, target), *classes, *results, *_truths(numbers)[:1]]
    inputs = [c for c in numbers if c.category is Category.INPUT]
    wanted = [c for c in [*first, *inputs, *numbers] if c is not None]
    kept = {column.name for column in list(dict.fromkeys(wanted))[:limit]}
    return [column for column in columns if column.name in kept]


def _truths(columns: list[Column]) -> list[Column]:
    return [c for c in columns if c.category is Category.GROUNDTRUTH]


def _is_result(column: Column) -> bool:
    """Whether a model gave the values (see ``Column.field``)."""
    return column.field.startswith("r")


def _words(name: str) -> set[str]:
    return {word for word in re.split(r"[^a-z]+", name.lower()) if len(word) > 1}
