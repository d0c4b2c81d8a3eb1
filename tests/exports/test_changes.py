"""The document of changes: its bytes, its size, and the digest that it leads to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debiai_studio.datasets.set_digest import EMPTY, changed_digest, set_digest
from debiai_studio.exports.changes import ChangesEnvelope, changes_document, changes_size

GOLDEN = Path(__file__).parents[1] / "golden"
TEXTS = st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=10)


def of(*ids: str) -> list[pa.Array]:
    """Batches of one id each, with an empty one between."""
    return [array for one in ids for array in (pa.array([], pa.string()), pa.array([one]))]


FULL = ChangesEnvelope(
    source="local",
    project="flights",
    stream_id="stream_0190b5a1c2d34e5f8a9b0c1d2e3f4a5b",
    stream_name='Späte "Flüge"',
    sequence=1,
    full=True,
    date="2026-11-22T16:40:00.123Z",
    base_digest=EMPTY,
    digest=set_digest(of("UA1545-2013-01-01-EWR", "AA1141-2013-01-01-JFK")),
    n_samples=2,
)
LATER = replace(
    FULL,
    sequence=2,
    full=False,
    base_digest=FULL.digest,
    digest=set_digest(of("AA1141-2013-01-01-JFK", 'B6"725"')),
    annotation="seit Montag",
)
DOCUMENTS = {
    "changes-full": (FULL, of("UA1545-2013-01-01-EWR", "AA1141-2013-01-01-JFK"), of()),
    "changes": (LATER, of('B6"725"'), of("UA1545-2013-01-01-EWR")),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_changes_has_the_bytes_of_the_golden_one(name):
    made = b"".join(changes_document(*DOCUMENTS[name]))

    assert made == (GOLDEN / f"{name}.json").read_bytes()
    assert changes_size(*DOCUMENTS[name]) == len(made)


def test_integers_stay_exact():
    ids = [pa.array([2**63 - 1, -5], pa.int64())]

    made = b"".join(changes_document(FULL, ids, ids))

    assert made.count(b'[{"id":9223372036854775807},{"id":-5}]') == 2
    assert changes_size(FULL, ids, ids) == len(made)


@given(before=TEXTS, after=TEXTS)
def test_the_digest_after_changes_is_that_of_the_set_after(before, after):
    added, removed = (
        [pa.array(sorted(one), pa.string())] for one in (after - before, before - after)
    )
    base, wanted = (set_digest([pa.array(sorted(one), pa.string())]) for one in (before, after))

    assert changed_digest(base, added, removed) == wanted


def test_the_digest_of_the_empty_set_is_the_one_a_stream_begins_with():
    assert set_digest([]) == EMPTY
