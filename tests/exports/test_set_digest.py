"""The digest of a set of ids: what the documentation says, in any order and any batches."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debiai_studio.datasets.set_digest import set_digest
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.request import AxisRange, ExportRequest, Range1D, SelectedSamples
from debiai_studio.exports.set_digest import held_by_receiver
from debiai_studio.selections.rule import Rule

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "export-documents.md"
TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True, max_size=20)
INTEGERS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=20)


@pytest.fixture(scope="module")
def of_receiver():
    """The function that the documentation gives to receivers."""
    [source] = re.findall(
        r"^```python\n(.+?)^```$", REFERENCE.read_text(), re.MULTILINE | re.DOTALL
    )
    assert len([line for line in source.splitlines() if line]) <= 10
    known = {}
    exec(compile(source, "receiver", "exec"), known)  # noqa: S102 - our own documentation
    return known["set_digest"]


def in_batches(ids: list, kind: pa.DataType, size: int) -> list[pa.Array]:
    return [pa.array(ids[i : i + size], kind) for i in range(0, len(ids), size)]


@settings(deadline=None)
@given(ids=TEXTS, size=st.integers(1, 7), chance=st.randoms())
def test_texts_have_the_digest_of_a_receiver_in_any_order_and_batches(
    of_receiver, ids, size, chance
):
    wanted = of_receiver(ids)
    chance.shuffle(ids)

    assert set_digest(in_batches(ids, pa.string(), size)) == wanted


@settings(deadline=None)
@given(ids=INTEGERS, size=st.integers(1, 7), chance=st.randoms())
def test_integers_have_the_digest_of_a_receiver(of_receiver, ids, size, chance):
    wanted = of_receiver(ids)
    chance.shuffle(ids)

    assert set_digest(in_batches(ids, pa.int64(), size)) == wanted


def test_its_value_is_fixed_for_good():
    assert set_digest([]) == "v1," + 64 * "0"
    assert (
        set_digest([pa.array(["f1", "é"])])
        == "v1,d6719b2198d6fa9a0be69ddfe1cdd06af9862b810d86d933f7e62922bf7e1730"
    )


@pytest.mark.parametrize("other", [["a"], ["a", "b", "c"], ["a", "c"], ["ab"], ["a", "a", "b"]])
def test_another_set_has_another_digest(other):
    assert set_digest([pa.array(other)]) != set_digest([pa.array(["a", "b"])])


def test_an_integer_is_not_the_text_of_its_digits():
    assert set_digest([pa.array([5])]) != set_digest([pa.array(["5"])])


def test_a_set_that_grew_is_followed_by_adding(of_receiver):
    number = {name: int(of_receiver([name])[3:], 16) for name in ("a", "b")}

    assert int(set_digest([pa.array(["a", "b"])])[3:], 16) == sum(number.values()) % 2**256


@pytest.mark.parametrize("count", [3, 10_000])
@pytest.mark.parametrize("method", ["wire", "old"])
def test_a_rendered_selection_carries_the_digest_of_the_ids_in_it(
    world, of_receiver, count, method
):
    ref = world.add_project(pa.array([f"sample-{number}" for number in range(count)]))
    request = ExportRequest(subject=SelectedSamples(rule=Rule()), method_id=stable_id(method))
    row = world.outbox.accepted(world.exports().accept(ref, request).id)

    first = world.renderer().document(row)
    again = world.renderer().document(
        replace(row, sha256=first.sha256, document=first.data, set_digest=first.set_digest)
    )

    with first.open() as file:
        ids = [sample["id"] for sample in json.load(file)["sample_ids"]]
    assert len(ids) == count
    assert first.set_digest == again.set_digest == of_receiver(ids)


def test_a_range_has_none(world, flights):
    drawn = Range1D(x=AxisRange(column="distance", min="200", max="1400"))
    request = ExportRequest(subject=drawn, method_id=stable_id("wire"))
    row = world.outbox.accepted(world.exports().accept(flights, request).id)

    assert world.renderer().document(row).set_digest is None


SAID = f"v1,{2**255:064x}"


@pytest.mark.parametrize(
    ("header", "answer", "held"),
    [
        (SAID, None, SAID),
        (f" {SAID.upper().replace('V', 'v')} ", "", SAID),
        (None, json.dumps({"set_digest": SAID}), SAID),
        (SAID, json.dumps({"set_digest": f"v1,{0:064x}"}), SAID),
        (None, None, None),
        (None, '{"received":true}', None),
        (None, json.dumps([{"set_digest": SAID}]), None),
        (None, json.dumps({"set_digest": 7}), None),
        (None, '{"set_digest": "v1,', None),
        ("v2,00", json.dumps({"set_digest": SAID}), None),
        ("v1,xyz", None, None),
    ],
)
def test_a_receiver_says_what_it_holds_in_a_header_or_in_json(header, answer, held):
    assert held_by_receiver(header, answer) == held
