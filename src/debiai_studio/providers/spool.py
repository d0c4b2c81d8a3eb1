"""What came of a project so far, on disk: the plan of the fetch and the chunks of its samples.

A chunk is there as a whole or not at all, so a fetch that ended early goes on with the next one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from debiai_studio.providers.model import (
    Id,
    Missing,
    RemoteModel,
    RemoteSelection,
    Structure,
)

_PLAN = "plan.json"


class Plan(BaseModel):
    """What is to be fetched, and what was found out beforehand."""

    provider: str
    url: str
    project: str
    structure: Structure
    ids: list[Id]
    models: list[RemoteModel]
    selections: list[RemoteSelection]
    chunk: int  # samples in one
    notes: list[str] = Field(default_factory=list)

    @property
    def n_chunks(self) -> int:
        """How many chunks there are."""
        return -(-len(self.ids) // self.chunk)

    def ids_of(self, number: int) -> list[Id]:
        """The ids of one chunk."""
        return self.ids[number * self.chunk : (number + 1) * self.chunk]


class Chunk(BaseModel):
    """Some samples: values by id as text, results by model and id, and what did not come.

    ``kinds`` and ``result_kinds`` tell for each column which kinds of values there are.
    """

    rows: dict[str, list[Any]]
    results: dict[str, dict[str, list[Any]]]
    missing: list[Missing]
    kinds: list[list[str]]
    result_kinds: list[list[str]]


class Spool:
    """The folder of one fetch."""

    def __init__(self, root: Path, provider: str, project: str) -> None:
        name = hashlib.sha256(f"{provider}\0{project}".encode()).hexdigest()[:32]
        self._folder = root / name

    @staticmethod
    def found(root: Path) -> list[Plan]:
        """The plans of the fetches that ended early; what cannot be read is removed."""
        plans = []
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            plan = _read_plan(folder / _PLAN)
            if plan is None:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                plans.append(plan)
        return plans

    def plan(self) -> Plan | None:
        """The plan, if there is one."""
        return _read_plan(self._folder / _PLAN)

    def begin(self, plan: Plan) -> None:
        """Forget what was there, and keep the plan."""
        self.remove()
        self._folder.mkdir(parents=True)
        _write(self._folder / _PLAN, plan.model_dump_json())

    def done(self) -> set[int]:
        """The numbers of the chunks that came."""
        return {int(path.stem) for path in self._folder.glob("[0-9]*.json")}

    def put(self, number: int, chunk: Chunk) -> None:
        """Keep a chunk."""
        # Pydantic would write NaN as null.
        _write(self._folder / f"{number}.json", json.dumps(chunk.model_dump()))

    def get(self, number: int) -> Chunk:
        """A chunk that came. Raises ValueError when the file is damaged."""
        text = (self._folder / f"{number}.json").read_text("utf-8")
        return Chunk.model_construct(**_restored(json.loads(text)))

    def drop(self, number: int) -> None:
        """Forget a chunk, so that it is fetched again."""
        (self._folder / f"{number}.json").unlink(missing_ok=True)

    def remove(self) -> None:
        """Forget all of it."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _restored(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "missing": [Missing(**one) for one in document["missing"]]}


def _read_plan(path: Path) -> Plan | None:
    try:
        return Plan.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        return None


def _write(path: Path, text: str) -> None:
    # Two writers of one chunk, the first of them cancelled, do not meet.
    half = path.with_suffix(f".{secrets.token_hex(4)}")
    half.write_text(text, "utf-8")
    half.replace(path)
