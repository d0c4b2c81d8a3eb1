"""Ids of selections, made from their names."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 120


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
