"""length, lower, upper, trim, contains, starts_with, ends_with, number."""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.tree import Kind

_TEXTS = (Kind.TEXT, Kind.TEXT)


def _asked(name: str, description: str) -> Function:
    usage = f'{name}(text, "part")'
    return Function(
        name, usage, description, (Case(_TEXTS, Kind.BOOLEAN, says(f"{name}({{0}}, {{1}})")),)
    )


def _changed(name: str, description: str) -> Function:
    return Function(
        name,
        f"{name}(text)",
        description,
        (Case((Kind.TEXT,), Kind.TEXT, says(f"{name}({{0}})")),),
    )


TEXT = (
    Function(
        "length",
        "length(x)",
        "How many characters a text has, or how many values an array.",
        (
            Case((Kind.TEXT,), Kind.INTEGER, says("length({0})")),
            # Arrays are kept as JSON.
            Case((Kind.ARRAY,), Kind.INTEGER, says("TRY(json_array_length({0})::BIGINT)")),
        ),
    ),
    _changed("lower", "In small letters."),
    _changed("upper", "In capital letters."),
    _changed("trim", "Without spaces at both ends."),
    _asked("contains", "Whether the part is in the text; letter by letter."),
    _asked("starts_with", "Whether the text begins with the part."),
    _asked("ends_with", "Whether the text ends with the part."),
    Function(
        "number",
        "number(x)",
        "The number that a text tells, 1 of true and 0 of false; missing where it tells none.",
        (
            Case((Kind.TEXT,), Kind.NUMBER, says("TRY_CAST({0} AS DOUBLE)")),
            Case((Kind.BOOLEAN,), Kind.NUMBER, says("CAST({0} AS DOUBLE)")),
            Case((Kind.NUMBER,), Kind.NUMBER, says("{0}")),
        ),
    ),
)
