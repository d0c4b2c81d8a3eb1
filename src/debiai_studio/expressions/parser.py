"""Reads an expression into a tree: arithmetic, comparisons, and/or/not, calls, parentheses.

From loose to tight: ``or``, ``and``, ``not``, comparisons, ``+ -``, ``* /``, the sign ``-``, ``^``
(to the right), calls and parentheses.
"""

from __future__ import annotations

from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.tokens import Token, tokens
from debiai_studio.expressions.tree import Call, Literal, Name, Node

LONGEST = 4000
# Trees are walked by functions that call themselves.
_MOST_PIECES = 300
_DEEPEST = 40
_LARGEST = 2**63 - 1
_COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">"}
_COMPARISONS |= {">=": ">="}
_WORDS: dict[str, float | bool | None] = {
    "true": True,
    "false": False,
    "missing": None,
    "nan": float("nan"),
    "inf": float("inf"),
}


def parse(expression: str) -> Node:
    """The tree of an expression. Raises InvalidExpression."""
    if len(expression) > LONGEST:
        raise InvalidExpression(LONGEST, f"an expression has at most {LONGEST:,} characters.")
    pieces = list(tokens(expression))
    if len(pieces) > _MOST_PIECES:
        raise InvalidExpression(
            pieces[_MOST_PIECES].position,
            f"an expression has at most {_MOST_PIECES} words, signs and values; derive a column"
            " of a part of it first.",
        )
    return _Parser(pieces).whole()


class _Parser:
    def __init__(self, pieces: list[Token]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._pieces[0].kind == "end":
            raise InvalidExpression(0, "write an expression, such as price * 2.")
        tree = self._either()
        if self._next.kind != "end":
            raise self._unexpected("an operator such as + or and")
        return tree

    @property
    def _next(self) -> Token:
        return self._pieces[self._at]

    def _take(self) -> Token:
        self._at += 1
        return self._pieces[self._at - 1]

    def _is(self, *texts: str) -> bool:
        token = self._next
        return token.kind in ("sign", "word") and token.text.lower() in texts

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidExpression(
                self._next.position,
                f"parentheses go {_DEEPEST} deep at most; derive a column of a part of it first.",
            )
        left = self._all()
        while self._is("or"):
            token = self._take()
            left = Call("or", (left, self._all()), token.position)
        self._depth -= 1
        return left

    def _all(self) -> Node:
        left = self._negated()
        while self._is("and"):
            token = self._take()
            left = Call("and", (left, self._negated()), token.position)
        return left

    def _negated(self) -> Node:
        signs: list[Token] = []
        while self._is("not"):
            signs.append(self._take())
        tree = self._compared()
        for token in reversed(signs):
            tree = Call("not", (tree,), token.position)
        return tree

    def _compared(self) -> Node:
        left = self._sum()
        if not self._is(*_COMPARISONS):
            return left
        token = self._take()
        compared = Call(_COMPARISONS[token.text], (left, self._sum()), token.position)
        if self._is(*_COMPARISONS):
            raise InvalidExpression(
                self._next.position, "join two comparisons with and: 0 < x and x < 9."
            )
        return compared

    def _sum(self) -> Node:
        left = self._product()
        while self._is("+", "-"):
            token = self._take()
            left = Call(token.text, (left, self._product()), token.position)
        return left

    def _product(self) -> Node:
        left = self._signed()
        while self._is("*", "/"):
            token = self._take()
            left = Call(token.text, (left, self._signed()), token.position)
        return left

    def _signed(self) -> Node:
        signs: list[Token] = []
        while self._is("-"):
            signs.append(self._take())
        least = bool(signs) and self._next.text == str(_LARGEST + 1)
        tree = Literal(-_LARGEST - 1, self._take().position) if least else self._power()
        for token in reversed(signs[: len(signs) - least]):
            tree = Call("-", (tree,), token.position)
        return tree

    def _power(self) -> Node:
        base = self._primary()
        if not self._is("^"):
            return base
        token = self._take()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidExpression(token.position, f"at most {_DEEPEST} powers stand in a row.")
        exponent = self._signed()
        self._depth -= 1
        return Call("^", (base, exponent), token.position)

    def _primary(self) -> Node:
        token = self._next
        if token.kind == "number":
            return _number(self._take())
        if token.kind == "text":
            self._take()
            if "\0" in token.text:
                raise InvalidExpression(token.position, "a text cannot hold the character U+0000.")
            return Literal(token.text, token.position)
        if token.kind == "column":
            self._take()
            return Name(token.text, token.position)
        if token.kind == "word" and token.text.lower() not in ("and", "or", "not"):
            return self._word(self._take())
        if self._is("("):
            self._take()
            tree = self._either()
            self._close(token)
            return tree
        raise self._unexpected("a column, a value or a function")

    def _word(self, token: Token) -> Node:
        if self._is("("):
            return self._call(token)
        if token.text.lower() in _WORDS:
            return Literal(_WORDS[token.text.lower()], token.position)
        return Name(token.text, token.position)

    def _call(self, name: Token) -> Node:
        opened = self._take()
        arguments: list[Node] = []
        if not self._is(")"):
            arguments.append(self._either())
            while self._is(","):
                self._take()
                arguments.append(self._either())
        self._close(opened)
        return Call(name.text.lower(), tuple(arguments), name.position)

    def _close(self, opened: Token) -> None:
        if not self._is(")"):
            if self._next.kind == "end":
                raise InvalidExpression(opened.position, "close this parenthesis with ).")
            raise self._unexpected("a closing parenthesis or an operator")
        self._take()

    def _unexpected(self, wanted: str) -> InvalidExpression:
        token = self._next
        if token.kind == "end":
            return InvalidExpression(token.position, f"{wanted} is missing at the end.")
        return InvalidExpression(token.position, f"{wanted} is expected before “{token.text}”.")


def _number(token: Token) -> Literal:
    if token.text.isdecimal():
        if (value := int(token.text)) > _LARGEST:
            raise InvalidExpression(
                token.position, f"whole numbers end at {_LARGEST}; write {token.text}.0."
            )
        return Literal(value, token.position)
    return Literal(float(token.text), token.position)
