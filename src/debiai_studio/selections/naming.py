"""Ids of selections, made from their names."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 120
# Of the number of a version: what a 32-bit integer holds, whatever it is.
_DIGITS = 9


def slug(name: str) -> str:
    """Lower case, accents taken off, words joined by ``-``; other scripts keep their letters.

    ``Grands départs`` → ``grands-departs``, ``東京 夜`` → ``東京-夜``; never empty.
    """
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(
        letter
        for before, letter in zip(" " + folded, folded, strict=False)
        if not (unicodedata.combining(letter) and _is_latin(before))
    )
    words = re.findall(r"\w+", unicodedata.normalize("NFC", letters).replace("_", " "))
    return "-".join(words)[:_LONGEST].strip("-") or "selection"


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.combining(letter) != 0


def reference(selection_id: str, version: int) -> str:
    """What names one version of a selection: ``late-at-jfk@2``. No id has an ``@``."""
    return f"{selection_id}@{version}"


def parsed(named: str) -> tuple[str, int | None]:
    """The id and the version of ``late-at-jfk@2``; of ``late-at-jfk`` the newest, None."""
    selection_id, _, version = named.rpartition("@")
    if selection_id and version.isascii() and version.isdigit() and len(version) <= _DIGITS:
        return selection_id, int(version)
    return named, None
