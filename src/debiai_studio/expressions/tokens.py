"""Cuts an expression into words, signs, numbers, texts and names in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from debiai_studio.expressions.errors import InvalidExpression

TokenKind = Literal["number", "text", "word", "column", "sign", "end"]

_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_SIGN = re.compile(r"<=|>=|==|!=|<>|[-+*/^()<>=,]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: what it says, and from where to where it stands."""

    kind: TokenKind
    text: str
    position: int
    end: int


def tokens(expression: str) -> Iterator[Token]:
    """The pieces in order, ``end`` last. Raises InvalidExpression."""
    at = 0
    while at < len(expression):
        if space := _SPACE.match(expression, at):
            at = space.end()
            continue
        token = _token(expression, at)
        yield token
        at = token.end
    yield Token("end", "", at, at)


def quoted(name: str) -> str:
    """A column's name as it is written in an expression."""
    if _WORD.fullmatch(name) and name.lower() not in WORDS:
        return name
    return f"[{name.replace(']', ']]')}]"


def renamed(expression: str, old: str, new: str) -> str:
    """The expression with a column called otherwise. Raises InvalidExpression."""
    pieces = list(tokens(expression))
    parts: list[str] = []
    at = 0
    for piece, following in pairwise(pieces):
        is_word = piece.kind == "word" and following.text != "("
        if piece.text == old and (piece.kind == "column" or is_word):
            parts += [expression[at : piece.position], quoted(new)]
            at = piece.end
    return "".join([*parts, expression[at:]])


# Words that name no column unless they are in brackets.
WORDS = {"and", "or", "not", "true", "false", "missing", "nan", "inf"}


def _token(expression: str, at: int) -> Token:
    first = expression[at]
    if first in "\"'":
        return _enclosed(expression, at, first, "text", f"close the text with {first}.")
    if first == "[":
        return _enclosed(expression, at, "]", "column", "close the column's name with ].")
    kinds: tuple[tuple[re.Pattern[str], TokenKind], ...] = (
        (_NUMBER, "number"),
        (_WORD, "word"),
        (_SIGN, "sign"),
    )
    for pattern, kind in kinds:
        if found := pattern.match(expression, at):
            return Token(kind, found.group(), at, found.end())
    raise InvalidExpression(
        at, f"“{first}” has no meaning here; a column of such a name is written in [brackets]."
    )


def _enclosed(expression: str, at: int, close: str, kind: TokenKind, remedy: str) -> Token:
    """What stands before the closing sign; the sign itself is written twice."""
    end = at + 1
    parts: list[str] = []
    while (found := expression.find(close, end)) >= 0:
        parts.append(expression[end:found])
        if expression[found + 1 : found + 2] != close:
            return Token(kind, close.join(parts), at, found + 1)
        end = found + 2
    raise InvalidExpression(at, remedy)
