"""A project: one data set with its models, selections and layouts."""

from __future__ import annotations

from dataclasses import dataclass

LOCAL = "local"
# What DebiAI calls the source of the projects kept here.
DEBIAI_LOCAL = "Python module Data Provider"
LOCAL_NAMES = (LOCAL, DEBIAI_LOCAL, "json_block")


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """How a project is named everywhere: the id of its source, and its id there."""

    source: str
    project: str

    def __str__(self) -> str:
        return f"{self.source}/{self.project}"


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the catalogue knows it. ``key`` is internal and never reused."""

    key: int
    ref: ProjectRef
    name: str
    origin: str
    created_at: str
    updated_at: str
    n_samples: int
    n_columns: int
    n_models: int
    n_selections: int
