"""What columns are called that outputs become."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from debiai_studio.algorithms.errors import InvalidColumnName
from debiai_studio.algorithms.model import LONGEST_NAME, Algorithm
from debiai_studio.algorithms.signature import RESULT


def proposed(algorithm: Algorithm, output: str) -> str:
    """The name of an output as people write it; of a mere result, that of the algorithm."""
    name = algorithm.name if output == RESULT else output.replace("_", " ")
    return "".join(c for c in name if c.isprintable()).strip()[:LONGEST_NAME] or "output"


def check_names(names: Mapping[str, str], taken: Collection[str]) -> None:
    """Raises InvalidColumnName for a name that is chosen and cannot be."""
    chosen = [name.strip() for name in names.values()]
    for name in chosen:
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise InvalidColumnName(name, f"use 1 to {LONGEST_NAME} printable characters.")
        if name in taken:
            raise InvalidColumnName(name, "there is such a column already.")
        if chosen.count(name) > 1:
            raise InvalidColumnName(name, "two outputs cannot be one column.")


def named(
    algorithm: Algorithm, outputs: Iterable[str], names: Mapping[str, str], taken: Collection[str]
) -> dict[str, str]:
    """By output the name of its column: the one chosen, else the proposed one that is free."""
    used = set(taken)
    found: dict[str, str] = {}
    for output in outputs:
        wanted = names.get(output, "").strip() or proposed(algorithm, output)
        name, number = wanted, 1
        while name in used:
            number += 1
            name = f"{wanted} {number}"
        used.add(name)
        found[output] = name
    return found
