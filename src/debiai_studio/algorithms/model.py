"""Algorithms, what is given to them, and experiments: one run of one, with its provenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field
from pyroaring import BitMap

from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.rule import Rule

ValueType = Literal["number", "text", "boolean", "array", "columns", "any"]
ItemType = Literal["number", "text", "boolean", "any"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]

# Filled when nothing is given: the ids of the rows, the name of the project.
IDS = "idList"
PROJECT = "projectId"

LONGEST_NAME = 200
LONGEST_WAIT = 86_400


class Input(BaseModel):
    """What an algorithm takes.

    ``array`` takes a column, or values given by hand; ``columns`` takes several columns of
    numbers. ``required``: there is neither a default nor anything it is filled with.
    """

    name: str
    description: str = ""
    type: ValueType = "any"
    items: ItemType = "any"  # of an array
    choices: list[Any] = Field(default_factory=list)
    default: Any = None
    required: bool = True
    min: float | None = None
    max: float | None = None
    length_min: int | None = None
    length_max: int | None = None
    filled: Literal["ids", "project"] | None = None


class Output(BaseModel):
    """What an algorithm gives back; an array with a value for each row becomes a column."""

    name: str
    description: str = ""
    type: ValueType = "any"
    items: ItemType = "any"


class Algorithm(BaseModel):
    """An algorithm as its provider describes it."""

    id: str
    name: str
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    author: str | None = None
    version: str | None = None
    created: str | None = None
    updated: str | None = None
    inputs: list[Input]
    outputs: list[Output]


class Given(BaseModel):
    """What is given for an input: a value, a column, or several."""

    model_config = ConfigDict(extra="forbid")

    value: Any = None
    column: str | None = None
    columns: list[str] | None = None


class ExperimentRequest(BaseModel):
    """Run an algorithm on the samples that a rule selects, or on all.

    ``model`` says whose results a column of results has. ``names`` says what the columns are to
    be called, by the name of the output.
    """

    model_config = ConfigDict(extra="forbid")

    provider: str
    algorithm: str
    inputs: dict[str, Given] = Field(default_factory=dict)
    rule: Rule | None = None
    model: str | None = None
    names: dict[str, str] = Field(default_factory=dict)
    timeout_seconds: int = Field(default=600, ge=1, le=LONGEST_WAIT)


class MadeColumn(BaseModel):
    """A column that an output became."""

    output: str
    column: str
    type: str


class KeptValue(BaseModel):
    """An output that became no column; ``note`` says why, or what is left out of it."""

    output: str
    value: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A run with its provenance: which algorithm, on what, at which version of the data.

    ``covered`` are the samples whose values were computed; ``model`` is the one whose results the
    columns are, None for columns of the samples.
    """

    id: str
    ref: ProjectRef
    project_key: int
    title: str
    version: str | None
    request: ExperimentRequest
    created_at: str
    author: str
    state: State = "waiting"
    error: dict[str, Any] | None = None
    finished_at: str | None = None
    data_version: int | None = None
    model: str | None = None
    columns: tuple[MadeColumn, ...] = ()
    values: tuple[KeptValue, ...] = ()
    covered: BitMap = field(default_factory=BitMap)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class AlgoProvider:
    """An algorithm provider at an address; ``place`` says where it is defined, None: the page."""

    name: str
    url: str
    place: str | None = None


def valid_url(text: str) -> str | None:
    """The address of a provider as it is used; None when it is none."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not usable or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    return None if any(character <= " " for character in text.strip()) else text.strip().rstrip("/")
