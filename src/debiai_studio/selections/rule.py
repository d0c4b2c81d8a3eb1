"""The rule that makes a set of samples: what the analysis was opened with, and its filters."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from debiai_studio.datasets.predicate import Predicate


class Rule(BaseModel):
    """An analysis scope by ids, and a filter tree.

    ``selections`` are ids of saved selections (empty: all samples), joined by ``combine``;
    ``models`` are model ids; ``results`` says which samples count when several are chosen.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    selections: tuple[str, ...] = ()
    combine: Literal["union", "intersection"] = "intersection"
    models: tuple[str, ...] = ()
    results: Literal["union", "intersection"] = "intersection"
    models_as: Literal["rows", "columns"] = "rows"
    filters: Predicate | None = None
