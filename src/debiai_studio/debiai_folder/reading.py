"""Reads the projects of a data folder of DebiAI. Nothing is written there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as Folder
from typing import Any

from debiai_studio.blocks.model import CATEGORIES
from debiai_studio.blocks.tree import sample_id
from debiai_studio.debiai_folder.errors import NotDebiaiFolder
from debiai_studio.debiai_folder.files import folders, moment, read
from debiai_studio.debiai_folder.model import (
    Block,
    Damages,
    FolderModel,
    FolderProject,
    FolderSelection,
    Path,
    listed,
)

PROJECTS = "pythonDataProvider"
LAYOUTS = "layouts.json"
CONFIGURATIONS = "widgetConfigurations.json"


def require_debiai(folder: Folder) -> None:
    """Return when it is a data folder of DebiAI. Raises NotDebiaiFolder."""
    wanted = (PROJECTS, LAYOUTS, CONFIGURATIONS)
    if not any((folder / name).exists() for name in wanted):
        raise NotDebiaiFolder(folder, wanted)


def project_folders(folder: Folder) -> list[Folder]:
    """The folders of its projects, by name."""
    return folders(folder / PROJECTS)


def read_project(folder: Folder, damages: Damages) -> FolderProject | None:
    """A project as far as it can be read; None when its structure is lost."""
    place = folder.name
    info = read(folder / "info.json", damages, place)
    info = info if isinstance(info, dict) else {}
    levels = info.get("blockLevelInfo")
    if not isinstance(levels, list):
        damages.add(
            place,
            "It was left out: info.json does not say what its blocks are (blockLevelInfo), so "
            "that its values have no columns.",
        )
        return None
    for key in ("name", "creationDate", "updateDate"):
        if key not in info:
            damages.add(place, f"info.json has no {key}; DebiAI would have deleted the project.")
    found = dict(_blocks(folder / "blocks", levels, damages))
    paths = _listed_paths(folder, found, damages)
    name, expected = info.get("name"), info.get("resultStructure")
    return FolderProject(
        name=name if isinstance(name, str) and name else place,
        created_at=moment(info.get("creationDate")),
        levels=levels,
        expected=expected if isinstance(expected, list) else None,
        samples={path: found[path] for path in paths.values() if path in found},
        paths=paths,
        models=list(_models(folder / "models", damages)),
        selections=list(_selections(folder / "selections", damages)),
    )


def _blocks(
    folder: Folder,
    levels: list[Any],
    damages: Damages,
    *,
    path: Path = (),
    blocks: tuple[Block, ...] = (),
) -> Iterator[tuple[Path, tuple[Block, ...]]]:
    """The samples below a folder: their paths, and the blocks down to each."""
    for child in folders(folder) if levels else ():
        below = (*path, child.name)
        project = folder.parents[len(path)].name
        place = f"{project}, block {'/'.join(below)}"
        info = read(child / "info.json", damages, place)
        if info is None:
            continue
        problem = _problem(info, levels[0])
        if problem:
            damages.add(place, f"It was left out: {problem}.")
            continue
        block = {name: info[name] for name in CATEGORIES if name in info} | {"name": child.name}
        down = (*blocks, block)
        if levels[1:]:
            yield from _blocks(child, levels[1:], damages, path=below, blocks=down)
        else:
            yield below, down


def _problem(info: object, level: object) -> str | None:
    if not isinstance(info, dict) or not isinstance(level, dict):
        return "info.json does not describe a block"
    for category in CATEGORIES:
        given, wanted = info.get(category, []), level.get(category) or []
        if not isinstance(given, list) or len(given) != len(wanted):
            count = len(given) if isinstance(given, list) else "no list of"
            return f"it has {count} {category}, {len(wanted)} are expected"
    return None


def _listed_paths(folder: Folder, found: dict[Path, Any], damages: Damages) -> dict[str, Path]:
    """The samples by id, in DebiAI's order; those that it lost from its list come last."""
    place = folder.name
    hashmap = read(folder / "samplesHashmap.json", damages, place)
    texts = hashmap if isinstance(hashmap, dict) else {}
    paths = {
        id_: tuple(text.rstrip("/").split("/"))
        for id_, text in texts.items()
        if isinstance(text, str)
    }
    lost = [path for path in paths.values() if path not in found]
    if lost:
        shown = listed("/".join(path) for path in lost)
        damages.add(place, f"{len(lost):,} samples cannot be read and were left out: {shown}.")
    known = set(paths.values())
    unlisted = [path for path in found if path not in known]
    if unlisted:
        shown = listed("/".join(path) for path in unlisted)
        damages.add(
            place,
            f"{len(unlisted):,} samples are on disk and not in DebiAI's list of them; they came "
            f"in behind the others: {shown}.",
        )
    return paths | {sample_id(path): path for path in unlisted}


def _models(folder: Folder, damages: Damages) -> Iterator[FolderModel]:
    for one in folders(folder):
        place = f"{folder.parent.name}, model {one.name}"
        info = read(one / "info.json", damages, place)
        results = read(one / "results.json", damages, place)
        info = info if isinstance(info, dict) else {}
        metadata = info.get("metadata")
        yield FolderModel(
            name=one.name,
            created_at=moment(info.get("creationDate")),
            metadata=metadata if isinstance(metadata, dict) else {},
            results=results if isinstance(results, dict) else {},
        )


def _selections(folder: Folder, damages: Damages) -> Iterator[FolderSelection]:
    read_ones = []
    for one in folders(folder):
        place = f"{folder.parent.name}, selection {one.name}"
        info = read(one / "info.json", damages, place)
        if not isinstance(info, dict):
            continue
        ids = info.get("samples")
        if not isinstance(ids, list):
            damages.add(place, "It was left out: info.json has no list of samples.")
            continue
        name = info.get("name")
        read_ones.append(
            FolderSelection(
                name=name if isinstance(name, str) and name else one.name,
                created_at=moment(info.get("creationDate")),
                ids=[str(id_) for id_ in ids],
            )
        )
    yield from sorted(read_ones, key=lambda one: one.created_at or "")
