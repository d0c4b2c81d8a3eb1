"""Deliveries of projects that are deleted: refused or whole, never accepted without their ids."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.real.fixtures import catalogue_url, postgresql

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.request import (
    AxisRange,
    ExportRequest,
    Range1D,
    SelectedSamples,
)
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.selections.rule import Rule

__all__ = ["catalogue_url", "postgresql"]

ALL = SelectedSamples(rule=Rule())
DISTANCES = Range1D(x=AxisRange(column="distance", min="200", max="1400"))


def request(subject=ALL) -> ExportRequest:
    return ExportRequest(subject=subject, method_id=stable_id("wire"))


@pytest.mark.parametrize("subject", [ALL, DISTANCES])
def test_an_export_whose_project_is_deleted_at_that_moment_is_refused(world, flights, subject):
    """The project goes after its samples were frozen, before the delivery is recorded."""
    looks = 0

    def clock():
        nonlocal looks
        looks += 1
        if looks == 2:
            world.projects.delete(flights)
        return datetime(2026, 11, 22, 16, 40, tzinfo=UTC)

    exports = world.exports(clock=clock)

    with pytest.raises(UnknownProject):
        exports.accept(flights, request(subject))

    assert looks == 2
    assert exports.deliveries() == []


def test_an_accepted_export_outlives_its_project(world, flights):
    exports = world.exports()
    delivery = exports.accept(flights, request())
    before = world.bytes_of(delivery.id)

    world.projects.delete(flights)

    assert world.store.remove_folders() == set()
    assert world.bytes_of(delivery.id) == before


def test_a_range_keeps_no_ids_of_a_deleted_project(world, flights):
    exports = world.exports()
    delivery = exports.accept(flights, request(DISTANCES))
    key = world.projects.get(flights).key

    world.projects.delete(flights)

    assert world.store.remove_folders() == {key}
    assert b'"1Drange"' in world.bytes_of(delivery.id)


def test_an_export_is_sent_as_new_as_long_as_its_ids_are_there(world, flights):
    exports = world.exports()
    first = exports.accept(flights, request())
    world.projects.delete(flights)

    second = exports.send_as_new(first.id)
    assert world.bytes_of(second.id) == world.bytes_of(first.id)

    for delivery in (first, second):
        exports.cancel(delivery.id)
    assert len(world.store.remove_folders()) == 1
    with pytest.raises(UnknownData):
        exports.send_as_new(first.id)


def test_a_waiting_table_keeps_the_values_of_its_project_until_it_is_cancelled(world, flights):
    exports = world.exports("wire = file, /data/exports, format=csv")
    table = exports.accept(flights, request())
    before, key = world.bytes_of(table.id), world.projects.get(flights).key

    world.projects.delete(flights)

    assert world.store.remove_folders() == set()
    assert world.bytes_of(table.id) == before
    exports.cancel(table.id)
    assert world.store.remove_folders() == {key}
    with pytest.raises(UnknownData):
        world.datasets.of_key(key)
