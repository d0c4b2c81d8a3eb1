"""A tree of blocks as rows, and the ids of its samples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from debiai_studio.blocks.errors import BadBlocks, BadResults
from debiai_studio.blocks.model import CATEGORIES, BlockStructure, Level

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Samples: the names of the blocks down to each, and its values in the order of a row."""

    paths: list[Path]
    values: list[list[Any]]

    def columns(self) -> list[list[Any]]:
        """The values of each column."""
        return [list(column) for column in zip(*self.values, strict=True)]


def rows_of(structure: BlockStructure, tree: object) -> Rows:
    """The samples of a tree, in its order. Raises BadBlocks."""
    rows = Rows([], [])
    _walk(structure.levels, tree, (), [], rows)
    return rows


def results_of(structure: BlockStructure, results: object) -> list[tuple[Path, Any]]:
    """The results by the path of their sample. Raises BadResults."""
    return list(_results_below(structure.levels, results, ()))


def sample_id(path: Path) -> str:
    """DebiAI's id of a sample: the SHA-256 of ``name/name/…/``.

    DebiAI takes no name with a ``/``; those are told apart by hashing the names as JSON.
    """
    text = "/".join(path) + "/"
    if text.count("/") > len(path):
        text = json.dumps(path)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _walk(
    levels: Sequence[Level], blocks: object, above: Path, values: list[Any], rows: Rows
) -> None:
    level, below = levels[0], levels[1:]
    expected = [(category, len(level.get(category, ()))) for category in CATEGORIES]
    if not isinstance(blocks, list):
        raise BadBlocks(f"{_named(above)} has no list of blocks below it.")
    for block in blocks:
        if not isinstance(block, dict) or "name" not in block:
            raise BadBlocks(f"A block below {_named(above)} has no name.")
        name = str(block["name"])
        path = (*above, name)
        row = [*values, name]
        for category, count in expected:
            given = block.get(category)
            if given.__class__ is list and len(given) == count:
                row += given
            elif given or count:
                raise _unexpected(path, category, given, count)
        children = block.get("childrenInfoList")
        if not below and not children:
            rows.paths.append(path)
            rows.values.append(row)
        elif not below:
            raise BadBlocks(f"{_named(path)} is a sample and cannot have blocks below it.")
        elif children:
            _walk(below, children, path, row, rows)
        else:
            raise BadBlocks(f"{_named(path)} has no blocks below it, so no sample.")


def _unexpected(path: Path, category: str, given: object, count: int) -> BadBlocks:
    came = len(given) if isinstance(given, list) else "no list of"
    return BadBlocks(f"{_named(path)} came with {came} {category}, {count} are expected.")


def _results_below(
    levels: Sequence[Level], results: object, above: Path
) -> Iterator[tuple[Path, Any]]:
    if not levels:
        yield above, results
        return
    if not isinstance(results, dict):
        raise BadResults(f"Results of {_named(above)} are not given by the names of its blocks.")
    for name, below in results.items():
        yield from _results_below(levels[1:], below, (*above, name))


def _named(path: Path) -> str:
    return f'Block "{" / ".join(path)}"' if path else "The tree"
