"""Turns what is asked to be exported into what is recorded: frozen members, or checked bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.predicate import And, Predicate, Range
from debiai_studio.datasets.service import DataSets
from debiai_studio.exports import payload
from debiai_studio.exports.bounds import axis_type, checked
from debiai_studio.exports.errors import EmptySelection
from debiai_studio.exports.model import DeliveryKind, ExportMethod
from debiai_studio.exports.request import (
    ExportRequest,
    ListedSamples,
    Range1D,
    Range2D,
    SavedSelection,
    SelectedSamples,
)
from debiai_studio.projects.model import Project, ProjectRef
from debiai_studio.projects.service import Projects
from debiai_studio.selections.rule import Rule
from debiai_studio.selections.service import Selections


@dataclass(frozen=True, slots=True)
class Draft:
    """An export before it has a method's name, an id and a place in the catalogue."""

    kind: DeliveryKind
    envelope: payload.Envelope
    project_key: int
    n_samples: int
    rule: dict[str, Any]
    members: BitMap | None = None
    document: bytes | None = None
    n_deleted: int = 0
    set_digest: str | None = None  # where it is known beforehand


class Drafts:
    """Resolves subjects against the project as it is now."""

    def __init__(self, projects: Projects, datasets: DataSets, selections: Selections) -> None:
        self._projects = projects
        self._datasets = datasets
        self._selections = selections

    def of(self, ref: ProjectRef, request: ExportRequest, method: ExportMethod, date: str) -> Draft:
        """The draft of what the method gets.

        Raises UnknownProject, UnknownSelection, EmptySelection, RangeNotExportable.
        """
        project = self._projects.get(ref)
        envelope = payload.Envelope(
            profile=method.payload,
            source=ref.source,
            project=ref.project,
            project_name=project.name,
            date=date,
            name=request.name,
            annotation=request.annotation,
            format=method.format,
        )
        match request.subject:
            case SavedSelection(selection_id=selection_id):
                return self._saved(project, selection_id, envelope)
            case SelectedSamples(rule=rule):
                members = self._selections.members_of(ref, rule)
                return self._selected(project, envelope, members, rule.model_dump(mode="json"))
            case ListedSamples(ids=ids):
                members = self._datasets.numbers_of(ref, pa.array(ids, pa.string()))
                return self._selected(project, envelope, members, {"listed": len(ids)})
            case drawn:
                return self._range(ref, drawn, envelope.written_as("json"))

    def _saved(self, project: Project, selection_id: str, envelope: payload.Envelope) -> Draft:
        ref = project.ref
        selection = self._selections.get(ref, selection_id)
        members = self._selections.members(ref, selection.reference)
        named = envelope if envelope.name else envelope.named(selection.name)
        draft = self._selected(project, named, members, selection.rule)
        if selection.n_deleted:
            return replace(draft, n_deleted=selection.n_deleted)
        return replace(draft, set_digest=selection.set_digest)

    def _selected(
        self,
        project: Project,
        envelope: payload.Envelope,
        members: BitMap,
        rule: dict[str, Any],
    ) -> Draft:
        if not members:
            raise EmptySelection
        return Draft(
            kind="selection",
            envelope=envelope,
            project_key=project.key,
            n_samples=len(members),
            rule=rule,
            members=members,
        )

    def _range(
        self, ref: ProjectRef, drawn: Range1D | Range2D, envelope: payload.Envelope
    ) -> Draft:
        dataset = self._datasets.of(ref)
        asked = [drawn.x] if isinstance(drawn, Range1D) else [drawn.x, drawn.y]
        axes: list[tuple[str, str, str]] = []
        leaves: list[Predicate] = []
        for axis in asked:
            kind = axis_type(dataset, drawn.rule.models, axis.column)
            low, high = checked(axis, kind)
            axes.append((axis.column, low.literal, high.literal))
            leaves.append(
                Range(
                    id=f"export-{len(leaves)}",
                    column=axis.column,
                    min=low.canonical,
                    max=high.canonical,
                )
            )
        covered = self._selections.members_of(ref, _narrowed(drawn.rule, leaves))
        scoped = envelope.opened_with(drawn.rule.selections)
        return Draft(
            kind="range1d" if isinstance(drawn, Range1D) else "range2d",
            envelope=scoped,
            project_key=dataset.project_key,
            n_samples=len(covered),
            rule=drawn.model_dump(mode="json"),
            document=payload.range_document(scoped, axes),
        )


def _narrowed(rule: Rule, leaves: list[Predicate]) -> Rule:
    filters = leaves if rule.filters is None else [rule.filters, *leaves]
    return rule.model_copy(update={"filters": And(children=tuple(filters))})
