"""Expressions are read as they are meant, or refused with the place and the remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.expressions.world import DATASET, asking, values

from debiai_studio.expressions.binding import bind
from debiai_studio.expressions.compiling import compiled
from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.parser import parse
from debiai_studio.expressions.tokens import quoted, renamed
from debiai_studio.expressions.tree import Name, columns_in


@pytest.fixture(scope="module")
def table():
    with asking() as connection:
        yield connection


def place_of_refusal(expression):
    """Where it is refused; 0 when it is not."""
    try:
        bind(expression, DATASET)
    except InvalidExpression as refusal:
        return refusal.position
    return 0


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("- - 3", 3),
        ("8 / 2 / 2", 2.0),
        ("1 + 1 = 2 and not 3 < 2 or false", True),
        ("true or false and false", True),
        ("not true = false", True),
        ("1 < 2 AND 2 <> 3", True),
        ("'it''s' + \"!\"", "it's!"),
        ("9007199254740993 - 1", 9007199254740992),
        (".5 + 1e-1", 0.6),
        ("if(missing, 1, 2)", 2),
        ("max(1, 2.5, 2)", 2.5),
        ("9223372036854775807 + 1", None),
        ("0 - 9223372036854775807 - 1", -(2**63)),
        ("9223372036854775807 * 1.0", float(2**63)),
        ("9007199254740993 = 9007199254740992", False),
    ],
)
def test_operators_bind_as_people_expect(table, expression, value):
    found = values(table, expression)

    assert (found[0], type(found[0])) == (value, type(value))


@pytest.mark.parametrize(
    ("expression", "position", "told"),
    [
        ("", 0, "write an expression"),
        ("n +", 3, "missing at the end"),
        ("n + * 2", 4, "before “*”"),
        ("(n + 1", 0, "close this parenthesis"),
        ("n 2", 2, "operator"),
        ("n ; DROP TABLE samples", 2, "“;” has no meaning"),
        ("1 < n < 3", 6, "join two comparisons with and"),
        ("'open", 0, "close the text"),
        ("[open", 0, "close the column's name"),
        ("sped * 2", 0, "did you mean Speed?"),
        ("1 + [odd name]", 4, "did you mean [odd ]]name]?"),
        ("sqr(n)", 0, "did you mean sqrt?"),
        ("eval(n)", 0, "there is no function “eval”"),
        ("sqrt(t)", 0, "used as sqrt(x); it is given text"),
        ("n = t", 2, "compares number with text"),
        ("round()", 0, "given nothing"),
        ("d > '2024-01-01'", 2, 'write date("2024-01-01")'),
        ("d < z", 2, "one moment has a zone"),
        ("date(d)", 0, "date is used as"),
        ("date('soon')", 5, "no moment"),
        ("list", 0, "length(…)"),
        ("missing", 0, "nothing but missing"),
        ("99999999999999999999", 0, "whole numbers end at"),
        ("if(n, 1, 2)", 0, "used as if(condition, a, b)"),
        ("n and b", 2, "used as a and b"),
        ("(" * 60 + "n" + ")" * 60, 40, "deep at most"),
        ("1" + "^1" * 60, 79, "in a row"),
        ("1" + "+1" * 200, 300, "at most 300 words"),
        ("n" * 5000, 4000, "at most 4,000 characters"),
        ("'a\0b'", 0, "U+0000"),
    ],
)
def test_what_cannot_be_read_names_the_place_and_the_remedy(expression, position, told):
    with pytest.raises(InvalidExpression) as refused:
        bind(expression, DATASET)

    assert refused.value.position == position
    assert told in str(refused.value)
    assert str(refused.value).startswith(f"At character {position + 1}: ")


def test_what_grows_by_nesting_is_refused_before_it_is_asked():
    expression = "min(n, m)"
    for _ in range(12):
        expression = f"min({expression}, m)"

    with pytest.raises(InvalidExpression, match="derive a column of a part"):
        compiled(bind(expression, DATASET), lambda value: value.column.field)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_an_expression_or_is_refused(text):
    assert 0 <= place_of_refusal(text) <= len(text)


@given(
    pieces=st.lists(
        st.sampled_from(
            ["n", "(", ")", "+", "-", "if", ",", "and", "not", "'a'", "1", "d", "<", "^"]
        )
    )
)
def test_any_row_of_words_is_an_expression_or_is_refused(pieces):
    text = " ".join(pieces)
    assert 0 <= place_of_refusal(text) <= len(text)


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_name_in_brackets_is_that_name(name):
    tree = parse(quoted(name))

    assert isinstance(tree, Name)
    assert tree.name == name


@pytest.mark.parametrize(
    ("expression", "value"), [("- " * 298 + "1", 1), ("1" + " + 1" * 149, 150)]
)
def test_the_longest_chains_are_computed(table, expression, value):
    assert values(table, expression)[0] == value


def test_values_and_names_never_become_words_of_the_database():
    attack = "x'); DROP TABLE samples; --"
    text = attack.replace("'", "''")
    bound = bind(f"t = '{text}' and [odd ]]name] > 1", DATASET)

    sql, parameters = compiled(bound, lambda value: value.column.field)

    assert attack in parameters.values()
    assert "DROP" not in sql
    assert "odd" not in sql


def test_renaming_touches_columns_alone():
    expression = "n + [n] + abs(n) + length('n') + if(n > 1, n, m)"

    assert renamed(expression, "n", "new name") == (
        "[new name] + [new name] + abs([new name]) + length('n')"
        " + if([new name] > 1, [new name], m)"
    )


def test_every_column_that_is_used_is_told():
    bound = bind("if(b, n, m) + n * i", DATASET)

    assert [value.column.name for value in columns_in(bound)] == ["b", "n", "m", "n", "i"]
