"""Every function gives what plain Python says, for every value that a column can hold."""

from __future__ import annotations

import math
import operator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.expressions import meaning
from tests.expressions.meaning import lifted, whole
from tests.expressions.world import COUNT, ROWS, asking, same, values

from debiai_studio.expressions.functions import FUNCTIONS

NUMBER, INTEGER, TEXT, BOOLEAN, TIME, ZONED = (
    "number",
    "integer",
    "text",
    "boolean",
    "time",
    "zoned",
)
COLUMNS = {NUMBER: "nm", INTEGER: "ij", TEXT: "tu", BOOLEAN: "bc", TIME: "de", ZONED: "z"}


def parts():
    """(function, kinds, kind of what it gives, its meaning): every function, every kind."""
    numbers, integers = (NUMBER, NUMBER), (INTEGER, INTEGER)
    yield from [
        ("+", integers, INTEGER, whole(operator.add)),
        ("-", integers, INTEGER, whole(operator.sub)),
        ("*", integers, INTEGER, whole(operator.mul)),
        ("+", numbers, NUMBER, lifted(operator.add)),
        ("-", numbers, NUMBER, lifted(operator.sub)),
        ("*", numbers, NUMBER, lifted(operator.mul)),
        ("/", numbers, NUMBER, lifted(meaning.divided)),
        ("/", integers, NUMBER, lifted(lambda a, b: meaning.divided(float(a), float(b)))),
        ("*", (INTEGER, NUMBER), NUMBER, lifted(lambda a, b: float(a) * b)),
        ("^", numbers, NUMBER, lifted(meaning.power)),
        ("+", (TEXT, TEXT), TEXT, lifted(operator.add)),
        ("-", (INTEGER,), INTEGER, whole(operator.neg)),
        ("-", (NUMBER,), NUMBER, lifted(operator.neg)),
        ("abs", (INTEGER,), INTEGER, whole(abs)),
        ("abs", (NUMBER,), NUMBER, lifted(abs)),
        ("sqrt", (NUMBER,), NUMBER, lifted(lambda x: math.nan if x < 0 else math.sqrt(x))),
        ("exp", (NUMBER,), NUMBER, lifted(meaning.exponential)),
        ("log", (NUMBER,), NUMBER, lifted(lambda x: meaning.logarithm(x, math.log))),
        ("log10", (NUMBER,), NUMBER, lifted(lambda x: meaning.logarithm(x, math.log10))),
        ("round", (NUMBER,), NUMBER, lifted(meaning.rounded)),
        ("round", (INTEGER,), INTEGER, lambda x: x),
        ("floor", (NUMBER,), NUMBER, lifted(meaning.unchanged_if_not_finite(math.floor))),
        ("floor", (INTEGER,), INTEGER, lambda x: x),
        ("ceil", (NUMBER,), NUMBER, lifted(meaning.unchanged_if_not_finite(math.ceil))),
        ("ceil", (INTEGER,), INTEGER, lambda x: x),
        ("is_nan", (NUMBER,), BOOLEAN, lifted(math.isnan)),
        ("and", (BOOLEAN, BOOLEAN), BOOLEAN, meaning.all_hold),
        ("or", (BOOLEAN, BOOLEAN), BOOLEAN, meaning.one_holds),
        ("not", (BOOLEAN,), BOOLEAN, lifted(operator.not_)),
        ("length", (TEXT,), INTEGER, lifted(len)),
        ("lower", (TEXT,), TEXT, lifted(str.lower)),
        ("upper", (TEXT,), TEXT, lifted(str.upper)),
        ("trim", (TEXT,), TEXT, lifted(lambda text: text.strip(" "))),
        ("contains", (TEXT, TEXT), BOOLEAN, lifted(lambda text, part: part in text)),
        ("starts_with", (TEXT, TEXT), BOOLEAN, lifted(str.startswith)),
        ("ends_with", (TEXT, TEXT), BOOLEAN, lifted(str.endswith)),
        ("number", (BOOLEAN,), NUMBER, lifted(float)),
        ("number", (NUMBER,), NUMBER, lambda x: x),
    ]
    for kind in COLUMNS:
        yield "coalesce", (kind, kind), kind, lambda a, b: b if a is None else a
        yield "if", (BOOLEAN, kind, kind), kind, lambda c, a, b: a if c is True else b
        yield "is_missing", (kind,), BOOLEAN, lambda x: x is None
        for sign, function in {
            "=": operator.eq,
            "!=": operator.ne,
            "<": operator.lt,
            "<=": operator.le,
            ">": operator.gt,
            ">=": operator.ge,
        }.items():
            yield sign, (kind, kind), BOOLEAN, lifted(function)
        if kind != BOOLEAN:
            yield "min", (kind, kind), kind, meaning.extreme(min)
            yield "max", (kind, kind, kind), kind, meaning.extreme(max)
    for kind in (TIME, ZONED):
        yield "-", (kind, kind), NUMBER, lifted(meaning.apart)
        for name in ("year", "month", "day", "hour", "minute", "second"):
            yield name, (kind,), INTEGER, lifted(lambda t, n=name: getattr(meaning.in_utc(t), n))
        yield "weekday", (kind,), INTEGER, lifted(lambda t: meaning.in_utc(t).isoweekday())


PARTS = list(parts())
BY_KIND = {kind: [part for part in PARTS if part[2] == kind] for kind in COLUMNS}
CONSTANTS = {
    NUMBER: st.sampled_from([("1.5", 1.5), ("nan", math.nan), ("inf", math.inf), ("0.0", 0.0)]),
    INTEGER: st.one_of(
        st.integers(0, 2**63 - 1).map(lambda i: (str(i), i)),
        st.just(("-9223372036854775808", -(2**63))),
    ),
    TEXT: st.sampled_from([('"a"', "a"), ("'it''s'", "it's"), ('"say ""x"""', 'say "x"')]),
    BOOLEAN: st.sampled_from([("true", True), ("FALSE", False)]),
    TIME: st.just(('date("2024-01-01")', datetime(2024, 1, 1))),  # noqa: DTZ001
    ZONED: st.just(('date("2024-01-01T09:30+02:00")', datetime(2024, 1, 1, 7, 30, tzinfo=UTC))),
}


@st.composite
def expressions(draw, kind: str, depth: int):
    """An expression as text, and what it gives for a row."""
    shape = draw(st.sampled_from(["column", "constant", "missing", "part", "part", "part"]))
    if depth == 0 and shape == "part":
        shape = "column"
    if shape == "column":
        name = draw(st.sampled_from(COLUMNS[kind]))
        return name, lambda row: row[name]
    if shape == "constant":
        text, value = draw(CONSTANTS[kind])
        return text, lambda _: value
    if shape == "missing":
        name = draw(st.sampled_from(COLUMNS[kind]))
        return f"if(true, missing, {name})", lambda _: None
    function, kinds, _, means = draw(st.sampled_from(BY_KIND[kind]))
    made = [draw(expressions(one, depth - 1)) for one in kinds]
    texts = [text for text, _ in made]
    if function.isidentifier() and function not in ("and", "or", "not"):
        text = f"{function}({', '.join(texts)})"
    elif len(texts) == 1:
        text = f"({function} ({texts[0]}))"
    else:
        text = f"(({texts[0]}) {function} ({texts[1]}))"
    return text, lambda row: means(*(of(row) for _, of in made))


def written(function, kinds):
    names = [COLUMNS[kind][at % len(COLUMNS[kind])] for at, kind in enumerate(kinds)]
    if function.isidentifier() and function not in ("and", "or", "not"):
        return f"{function}({', '.join(names)})", names
    if len(names) == 1:
        return f"{function} {names[0]}", names
    return f"{names[0]} {function} {names[1]}", names


@pytest.fixture(scope="module")
def table():
    with asking() as connection:
        yield connection


def test_every_function_has_a_meaning_here():
    told = {part[0] for part in PARTS}

    assert set(FUNCTIONS) - told == set()


@pytest.mark.parametrize(
    ("function", "kinds", "means"),
    [pytest.param(f, k, m, id=f"{f}-{'-'.join(k)}") for f, k, _, m in PARTS],
)
def test_a_function_gives_what_python_says(table, function, kinds, means):
    text, names = written(function, kinds)

    found = values(table, text)

    expected = [means(*(row[name] for name in names)) for row in ROWS]
    wrong = [
        (row, was, ought)
        for row, was, ought in zip(range(COUNT), found, expected, strict=True)
        if not same(was, ought)
    ]
    assert wrong == [], text


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_functions_nested_at_random_give_what_python_says(table, data):
    kind = data.draw(st.sampled_from(sorted(COLUMNS)))
    text, means = data.draw(expressions(kind, 3))
    found = values(table, f"coalesce({text}, {COLUMNS[kind][0]})")

    for row, value in zip(ROWS, found, strict=True):
        ought = means(row)
        ought = row[COLUMNS[kind][0]] if ought is None else ought
        assert same(value, ought), (text, row)


@pytest.mark.parametrize("digits", [-2, 0, 1, 3, 400])
def test_rounding_to_digits_is_at_most_half_a_digit_off(table, digits):
    found = values(table, f"round(n, {digits})")

    step = 10.0 ** -min(digits, 300)
    for row, value in zip(ROWS, found, strict=True):
        x = row["n"]
        if x is None or not math.isfinite(x):
            assert same(value, x)
        else:
            assert abs(value - x) <= step / 2 * 1.000001 + abs(x) * 1e-15


@pytest.mark.parametrize(("sign", "factor"), [("+", 1), ("-", -1)])
def test_seconds_move_moments_and_what_cannot_be_a_moment_is_missing(table, sign, factor):
    found = values(table, f"e {sign} m")

    for row, value in zip(ROWS, found, strict=True):
        if row["e"] is None or row["e"].year > 1:
            means = lifted(lambda moment, seconds: meaning.moved(moment, seconds, factor))
            assert same(value, means(row["e"], row["m"])), row


def test_numbers_are_read_from_texts_and_arrays_have_lengths(table):
    assert values(table, "if(is_nan(number(t)), missing, number(t))")[8] == 1000.0
    assert values(table, "number(t)").count(None) == COUNT - 2
    assert values(table, "length(list)")[:5] == [3, 0, None, 1, 1]
