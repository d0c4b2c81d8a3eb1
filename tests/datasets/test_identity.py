"""Any order of saving, appending, re-sending, deleting, compacting and restarting, against a dict.

What is decided: members are frozen when a selection is saved. A sample deleted later is no longer
listed, and is listed again if its id is sent again: an id is the same sample for life. The ids of
a selection come in first import order, so that what is listed gives the same bytes each time.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.datasets.studio import LABEL, VALUE, Studio, batch, numbers_of

from debiai_studio.datasets.predicate import Range
from debiai_studio.selections.rule import Rule

VALUES = st.none() | st.floats(-100, 100, allow_nan=False)
SHARES = st.floats(0, 1, exclude_max=True)


@dataclass
class Remembered:
    """A selection as a plain list of ids, and the bytes of its ids when nothing is deleted."""

    ids: list
    document: bytes = field(init=False)

    def __post_init__(self):
        self.document = orjson.dumps(self.ids)


class Identity(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.studio = Studio(self.folder)
        self.order: list = []  # every id ever seen, in first import order
        self.values: dict = {}  # the samples that exist
        self.saved: dict[str, Remembered] = {}

    @initialize(count=st.integers(1, 60), integers=st.booleans())
    def first_import(self, count, integers):
        self.id_of = (lambda n: 2**53 + n) if integers else (lambda n: f"é{n}")
        ids = [self.id_of(n) for n in range(count)]
        values = {"c0": [float(n) for n in range(count)], "c1": ["x"] * count}
        self.ref = self.studio.make(ids, values, [VALUE, LABEL])
        self.order = list(ids)
        self.values = {id_: float(n) for n, id_ in enumerate(ids)}

    @rule(low=st.floats(-100, 100), name=st.sampled_from(["Late", "Grands départs"]))
    def save_a_selection(self, low, name):
        filters = Range(id="f", column="value", min=repr(low))
        saved = self.studio.selections.save(self.ref, name, Rule(filters=filters))
        passing = {i for i, v in self.values.items() if v is not None and v >= low}
        self.saved[saved.id] = Remembered([id_ for id_ in self.order if id_ in passing])
        assert saved.n_samples == len(passing)

    @rule(values=st.lists(VALUES, min_size=1, max_size=20))
    def append_new_samples(self, values):
        first = len(self.order)
        self._send([self.id_of(first + n) for n in range(len(values))], values)

    @precondition(lambda self: self.order)
    @rule(share=SHARES, values=st.lists(VALUES, min_size=1, max_size=12))
    def send_samples_again(self, share, values):
        start = int(share * len(self.order))
        ids = (self.order[start:] + self.order[:start])[: len(values)]
        self._send(ids + ids[:2], values[: len(ids)] + values[: len(ids[:2])][::-1])

    @precondition(lambda self: self.values)
    @rule(share=SHARES)
    def delete_a_twentieth(self, share):
        ids = list(self.values)
        start = int(share * len(ids))
        gone = ids[start : start + max(1, len(ids) // 20)]
        change = self.studio.datasets.delete_samples(self.ref, pa.array(gone))
        assert change.deleted == len(gone)
        for id_ in gone:
            del self.values[id_]

    @rule()
    def compact(self):
        self.studio.datasets.compact(self.ref)

    @rule()
    def restart(self):
        self.studio.close()
        self.studio = Studio(self.folder)

    @invariant()
    def every_sample_has_its_value(self):
        rows = self.studio.rows(self.ref)
        there = [id_ for id_ in self.order if id_ in self.values]
        assert [row["id"] for row in rows] == there
        assert [row["value"] for row in rows] == [self.values[id_] for id_ in there]
        assert self.studio.datasets.of(self.ref).n_samples == len(there)

    @invariant()
    def stored_rows_stand_in_the_order_of_their_numbers(self):
        numbers = numbers_of(self.studio.store.reader(self.studio.datasets.of(self.ref))).tolist()
        assert numbers == sorted(set(numbers))

    @invariant()
    def every_saved_selection_lists_its_members_as_it_was_saved(self):
        for id_, remembered in self.saved.items():
            members = self.studio.selections.members(self.ref, id_)
            listed = self.studio.ids(self.ref, members)
            left = [member for member in remembered.ids if member in self.values]
            assert orjson.dumps(listed) == orjson.dumps(left)
            if len(left) == len(remembered.ids):
                assert orjson.dumps(listed) == remembered.document

    def _send(self, ids, values):
        known = set(self.values)
        change = self.studio.datasets.append(self.ref, [batch(ids, value=_numbers(values))])
        assert change.added == len(set(ids) - known)
        assert change.updated == len(set(ids) & known)
        for id_, value in zip(ids, values, strict=True):
            self.values[id_] = value
            if id_ not in self.order:
                self.order.append(id_)

    def teardown(self):
        self.studio.close()
        shutil.rmtree(self.folder)


def _numbers(values):
    return pa.array(values, pa.float64())


TestIdentity = Identity.TestCase
TestIdentity.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
