from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from signal import SIGKILL

import numpy as np
import pyarrow as pa
import pytest
from tests.engine.world import awkward_world, changed, world_of

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine.coding import CODES, DICTIONARY, LAYOUT
from debiai_studio.engine.model import Query, Scope
from debiai_studio.engine.plan import Page

T = ColumnType
ROOT = Path(__file__).parents[2]


def test_codes_are_read_from_disk_at_the_next_start(tmp_path):
    with awkward_world(folder=tmp_path) as first:
        first.engine.warm(first.dataset)
        before = first.measure(Page(("text", "number"), limit=500)).meta
    with awkward_world(folder=tmp_path) as second:
        second.reader.batches = None  # any read of values would fail
        assert second.measure(Page(("text", "number"), limit=500)).meta == before


def test_damaged_codes_are_made_anew(tmp_path):
    with awkward_world(folder=tmp_path) as first:
        before = first.measure(Page(("text", "number"), limit=500)).meta
    for file in [*tmp_path.rglob("codes"), *tmp_path.rglob("dictionary")]:
        if file.is_file():
            file.write_bytes(file.read_bytes()[:3])
    with awkward_world(folder=tmp_path) as second:
        assert second.measure(Page(("text", "number"), limit=500)).meta == before


def test_changed_values_are_seen_at_the_next_data_version():
    with world_of({"v": (T.NUMBER, [1.0, 2.0])}) as world:
        assert world.measure(Page(("v",))).meta["columns"][0]["values"] == ["1.0", "2.0"]
        world.reader._tables[None][1]["c0"] = [1.0, 5.0]
        world.dataset = changed(world, data_version=2)
        assert world.measure(Page(("v",))).meta["columns"][0]["values"] == ["1.0", "5.0"]


def test_codes_under_way_survive_that_a_newer_version_is_coded():
    """Samples may be appended while a question is answered."""
    with world_of({"v": (T.NUMBER, [1.0, 2.0])}) as world:
        newer = changed(world, data_version=2)
        batches = world.reader.batches

        def meanwhile(column, model_number=None):
            world.reader.batches = batches
            first, *others = batches(column, model_number)
            yield first
            world.engine.warm(newer)
            yield from others

        world.reader.batches = meanwhile
        assert world.measure(Page(("v",))).meta["columns"][0]["values"] == ["1.0", "2.0"]
        world.dataset = newer
        assert world.measure(Page(("v",))).meta["columns"][0]["values"] == ["1.0", "2.0"]


def test_values_that_cannot_be_coded_are_not_held_on_to():
    """A reader holds a cursor of the database in a transaction of its own."""
    with world_of({"v": (T.NUMBER, [1.0, 2.0])}) as world:
        held = []

        def unfit(column, model_number=None):
            held.append(column.name)
            try:
                yield np.array([0, 1]), pa.array(["no number", "either"])
            finally:
                held.remove(column.name)

        world.reader.batches = unfit
        # The traceback still holds what was at work, so that nothing is closed by chance.
        with pytest.raises(pa.ArrowInvalid) as raised:
            world.engine.warm(world.dataset)
        assert raised.value.__traceback__ is not None
        assert held == []


def test_what_a_killed_process_left_half_coded_is_removed(tmp_path):
    world = f"""
from pathlib import Path
from signal import SIGKILL
import os
from tests.engine.world import T, world_of

with world_of({{"v": (T.NUMBER, [1.0, 2.0])}}, folder=Path({str(tmp_path)!r})) as world:
    batches = world.reader.batches
    def killing(column, model_number=None):
        yield next(batches(column, model_number))
        os.kill(os.getpid(), SIGKILL)
    world.reader.batches = killing
    world.engine.warm(world.dataset)
"""
    ran = subprocess.run([sys.executable, "-c", world], cwd=ROOT, check=False)
    assert ran.returncode == -SIGKILL
    left = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert left

    with world_of({"v": (T.NUMBER, [1.0, 2.0])}, folder=tmp_path) as again:
        again.engine.warm(again.dataset)
    kept = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in kept} == {CODES, DICTIONARY, LAYOUT}
    assert not kept & left


def test_a_deleted_sample_is_gone_although_no_value_changed():
    with world_of({"v": (T.NUMBER, [1.0, 2.0])}) as world:
        assert len(world.engine.select(world.dataset, Query(Scope()))) == 2
        world.reader._deleted.add(0)
        world.dataset = changed(world, n_deleted=1)
        assert set(world.engine.select(world.dataset, Query(Scope()))) == {1}


def test_forgetting_a_project_leaves_nothing_on_disk(tmp_path):
    with awkward_world(folder=tmp_path) as world:
        world.engine.warm(world.dataset)
        assert any(tmp_path.iterdir())
        world.engine.forget(world.dataset.project_key)
        assert not any(tmp_path.iterdir())


def test_the_profile_tells_missing_nan_and_infinities_apart():
    with awkward_world() as world:
        profile = {(f["model"], f["name"]): f for f in world.engine.profile(world.dataset)}
        values = [row["number"] for row in world.samples.values()]
        figure = profile[(None, "number")]
        assert figure["missing"] == values.count(None)
        assert figure["nan"] == sum(v is not None and math.isnan(v) for v in values)
        assert figure["inf"] == sum(v is not None and math.isinf(v) for v in values)
        assert (figure["min"], figure["max"]) == ("-2.5", "1e+150")
        assert len(figure["histogram"]) <= 24
        lists = [row["list"] for row in world.samples.values()]
        assert profile[(None, "list")]["missing"] == lists.count(None)
        scores = [r["score"] for n, r in world.results["alpha"].items() if n in world.samples]
        found = profile[("alpha", "score")]
        assert found["distinct"] == len(set(scores))
        assert math.isclose(found["mean"], sum(scores) / len(scores))
        assert sum(found["histogram"]) == len(scores)
