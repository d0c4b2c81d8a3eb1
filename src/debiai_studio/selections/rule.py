"""The rule that makes a set of samples: what the analysis was opened with, and its filters."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from debiai_studio.datasets.predicate import And, InSelection, Not, Predicate

Operation = Literal["union", "intersection", "minus", "invert"]


class Rule(BaseModel):
    """An analysis scope by ids, and a filter tree.

    ``selections`` are ids of saved selections (empty: all samples), joined by ``combine``; an id
    alone means the newest version, ``late-at-jfk@2`` one version for ever. ``models`` are model
    ids; ``results`` says which samples count when several are chosen.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    selections: tuple[str, ...] = ()
    combine: Literal["union", "intersection"] = "intersection"
    models: tuple[str, ...] = ()
    results: Literal["union", "intersection"] = "intersection"
    models_as: Literal["rows", "columns"] = "rows"
    filters: Predicate | None = None


class Combination(BaseModel):
    """The union, intersection, first minus the others, or everything but the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: Operation
    selections: tuple[str, ...]


def read(kept: dict[str, Any]) -> Rule | Combination | None:
    """The rule that a selection keeps; None when it was made without one, or by another program."""
    for kind in (Combination, Rule):
        try:
            return kind.model_validate(kept)
        except ValidationError:
            continue
    return None


def pinned(kept: dict[str, Any], selection_id: str, reference: str) -> dict[str, Any]:
    """The rule with one selection named by its version: what it is made of stays what it was."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(one, name) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [walk(one, key) for one in value]
        names_it = key in ("selections", "selection_id") and value == selection_id
        return reference if names_it else value

    rule: dict[str, Any] = walk(kept)
    return rule


def both(one: str, other: str) -> Rule:
    """The samples that are in two selections."""
    return _of(one, InSelection(id="other", selection_id=other))


def one_without(one: str, other: str) -> Rule:
    """The samples that are in one selection and not in the other."""
    return _of(one, Not(id="n", child=InSelection(id="other", selection_id=other)))


def _of(one: str, rest: Predicate) -> Rule:
    return Rule(filters=And(id="root", children=(InSelection(id="one", selection_id=one), rest)))
