"""Brings what a data folder of DebiAI holds into this server's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path as Folder
from typing import Any, TypeVar

from pydantic import ValidationError
from pyroaring import BitMap

from debiai_studio.blocks.models import BlockModels
from debiai_studio.blocks.service import Blocks
from debiai_studio.blocks.tree import sample_id
from debiai_studio.datasets.service import DataSets
from debiai_studio.debiai_folder import reading
from debiai_studio.debiai_folder.files import read
from debiai_studio.debiai_folder.model import (
    Block,
    Brought,
    Damages,
    FolderModel,
    FolderProject,
    Path,
    Report,
    listed,
)
from debiai_studio.debiai_folder.types import settled_expected, settled_levels
from debiai_studio.errors import Conflict, Invalid, NotFound
from debiai_studio.layouts.debiai import DebiaiConfiguration, DebiaiLayout
from debiai_studio.layouts.from_debiai import FromDebiai
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import LOCAL, ProjectRef
from debiai_studio.projects.service import Projects
from debiai_studio.selections.service import Selections

_AT_ONCE = 20_000
_UNADDRESSABLE = re.compile(r"[\\/?#%\x00-\x1f\x7f]")

Tell = Callable[[str], None]
_T = TypeVar("_T")


class DebiaiFolders:
    """Reads folders of DebiAI and keeps what they hold; nothing is written there.

    What is here already stays as it is. ``unfinished`` is a file that names the project under
    way: after a crash the next run removes what came in of it, and begins it again.
    """

    def __init__(
        self,
        *,
        projects: Projects,
        datasets: DataSets,
        blocks: Blocks,
        models: BlockModels,
        selections: Selections,
        layouts: FromDebiai,
        unfinished: Folder,
    ) -> None:
        self._projects = projects
        self._datasets = datasets
        self._blocks = blocks
        self._models = models
        self._selections = selections
        self._layouts = layouts
        self._unfinished = unfinished

    def bring_in(self, folder: Folder, tell: Tell) -> Report:
        """Everything of a folder. ``tell`` is told of each project. Raises NotDebiaiFolder."""
        reading.require_debiai(folder)
        self._remove_unfinished()
        report = Report()
        for one in reading.project_folders(folder):
            tell(one.name)
            found = reading.read_project(one, report.damages)
            if found is not None:
                self._bring_project(found, folder, report)
        self._bring_layouts(folder, report)
        self._bring_configurations(folder, report)
        return report

    def _remove_unfinished(self) -> None:
        if self._unfinished.exists():
            ref = ProjectRef(LOCAL, json.loads(self._unfinished.read_text("utf-8")))
            with suppress(UnknownProject):
                self._projects.delete(ref)
            self._unfinished.unlink()

    def _bring_project(self, found: FolderProject, folder: Folder, report: Report) -> None:
        damages = report.damages
        name = _UNADDRESSABLE.sub("_", found.name).strip()
        if name != found.name:
            damages.add(found.name, f'Its name cannot be addressed; it came in as "{name}".')
        ref = ProjectRef(LOCAL, name)
        if any(one.ref == ref for one in self._projects.list()):
            damages.add(
                found.name,
                f'It was left out: there is a project "{name}" here. Delete that one to bring '
                "this one in.",
            )
            return
        self._unfinished.write_text(json.dumps(name), "utf-8")
        try:
            self._blocks.create(name, origin=str(folder), created_at=found.created_at)
            if found.levels:
                self._blocks.set_levels(ref, settled_levels(found, damages))
        except (Invalid, Conflict) as error:
            damages.add(found.name, f"It was left out: {error}")
            self._remove_unfinished()
            return
        n_samples = self._bring_samples(ref, found, damages)
        results = self._bring_models(ref, found, damages)
        n_selections = self._bring_selections(ref, found, damages)
        report.projects.append(Brought(name, n_samples, len(results), sum(results), n_selections))
        self._unfinished.unlink()

    def _bring_samples(self, ref: ProjectRef, found: FolderProject, damages: Damages) -> int:
        def put(some: Sequence[tuple[Path, tuple[Block, ...]]]) -> None:
            self._blocks.add(ref, [_chain(blocks) for _, blocks in some])

        def refused(one: tuple[Path, tuple[Block, ...]], error: Invalid) -> None:
            damages.add(f"{found.name}, sample {'/'.join(one[0])}", f"It was left out: {error}")

        return _put_most(list(found.samples.items()), put, refused)

    def _bring_models(self, ref: ProjectRef, found: FolderProject, damages: Damages) -> list[int]:
        """How many results came in, of each model."""
        expected = settled_expected(found, damages)
        if found.expected is not None:
            try:
                self._models.set_expected(ref, expected)
            except Invalid as error:
                damages.add(found.name, f"Models were left out: {error}")
                return []
        brought = [self._bring_model(ref, one, found, damages) for one in found.models]
        return [n_results for n_results in brought if n_results is not None]

    def _bring_model(
        self, ref: ProjectRef, model: FolderModel, found: FolderProject, damages: Damages
    ) -> int | None:
        place = f"{found.name}, model {model.name}"
        try:
            self._models.create(ref, model.name, model.metadata, created_at=model.created_at)
        except (Invalid, Conflict) as error:
            damages.add(place, f"It was left out: {error}")
            return None
        unknown = [id_ for id_ in model.results if found.paths.get(id_) not in found.samples]
        if unknown:
            damages.add(
                place,
                f"{len(unknown):,} results are of samples that are not there: {listed(unknown)}.",
            )
        if found.expected is None and model.results:
            damages.add(place, "Its results were left out: the project has no expected results.")
            return 0

        def put(some: Sequence[tuple[Path, Any]]) -> None:
            self._models.put(ref, model.name, _tree(some), None)

        def refused(one: tuple[Path, Any], error: Invalid) -> None:
            damages.add(f"{place}, sample {'/'.join(one[0])}", f"Its result was left out: {error}")

        lost = set(unknown)
        given = [(found.paths[id_], v) for id_, v in model.results.items() if id_ not in lost]
        return _put_most(given, put, refused)

    def _bring_selections(self, ref: ProjectRef, found: FolderProject, damages: Damages) -> int:
        dataset, taken = self._datasets.of(ref), set[str]()
        for one in found.selections:
            place = f"{found.name}, selection {one.name}"
            there = [id_ for id_ in one.ids if found.paths.get(id_) in found.samples]
            if len(there) < len(one.ids):
                lost = listed(id_ for id_ in one.ids if found.paths.get(id_) not in found.samples)
                damages.add(
                    place,
                    f"{len(one.ids) - len(there):,} of its {len(one.ids):,} samples are not "
                    f"there: {lost}.",
                )
            name = _free(one.name, taken)
            if name != one.name:
                damages.add(place, f'Another selection has its name; it came in as "{name}".')
            ids = [sample_id(found.paths[id_]) for id_ in there]
            try:
                members = BitMap(self._blocks.existing(dataset, ids))
                rule = {"by": "DebiAI", "samples": len(members)}
                self._selections.save_members(ref, name, members, rule, created_at=one.created_at)
            except (Invalid, NotFound) as error:
                damages.add(place, f"It was left out: {error}")
            else:
                taken.add(name)
        return len(taken)

    def _bring_layouts(self, folder: Folder, report: Report) -> None:
        given = read(folder / reading.LAYOUTS, report.damages, reading.LAYOUTS, optional=True)
        known = {one.document["debiai"].get("id") for one in self._layouts.layouts()}
        for place, one in enumerate(given if isinstance(given, list) else [], 1):
            if isinstance(one, dict) and one.get("id") in known:
                continue
            try:
                self._layouts.save_layout(DebiaiLayout.model_validate(one))
            except (Invalid, ValidationError) as error:
                report.damages.add(
                    reading.LAYOUTS, f"Layout {place} was left out: {_reason(error)}."
                )
            else:
                report.n_layouts += 1

    def _bring_configurations(self, folder: Folder, report: Report) -> None:
        place = reading.CONFIGURATIONS
        given = read(folder / place, report.damages, place, optional=True)
        known = {(one.debiai or {}).get("id") for one in self._layouts.configurations()}
        for key, several in (given if isinstance(given, dict) else {}).items():
            for number, one in enumerate(several if isinstance(several, list) else [], 1):
                if isinstance(one, dict) and one.get("id") in known:
                    continue
                try:
                    self._layouts.save_configuration(key, DebiaiConfiguration.model_validate(one))
                except ValidationError as error:
                    report.damages.add(place, f"{key} {number} was left out: {_reason(error)}.")
                else:
                    report.n_configurations += 1


def _reason(error: Invalid | ValidationError) -> str:
    if isinstance(error, Invalid):
        return str(error).rstrip(".")
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"


def _put_most(
    items: Sequence[_T],
    put: Callable[[Sequence[_T]], None],
    refused: Callable[[_T, Invalid], None],
) -> int:
    """In as few changes as possible; what is refused by itself is left out. How many came in."""
    if len(items) > _AT_ONCE:
        parts = [items[at : at + _AT_ONCE] for at in range(0, len(items), _AT_ONCE)]
        return sum(_put_most(part, put, refused) for part in parts)
    try:
        if items:
            put(items)
    except Invalid as error:
        if len(items) == 1:
            refused(items[0], error)
            return 0
        half = len(items) // 2
        return _put_most(items[:half], put, refused) + _put_most(items[half:], put, refused)
    return len(items)


def _chain(blocks: tuple[Block, ...]) -> Block:
    """The blocks down to a sample, each one below the one before."""
    below: list[Block] = []
    for block in reversed(blocks):
        below = [{**block, "childrenInfoList": below}]
    return below[0]


def _tree(results: Sequence[tuple[Path, Any]]) -> dict[str, Any]:
    """Results by the names of the blocks down to their samples."""
    tree: dict[str, Any] = {}
    for path, values in results:
        at = tree
        for name in path[:-1]:
            at = at.setdefault(name, {})
        at[path[-1]] = values
    return tree


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
