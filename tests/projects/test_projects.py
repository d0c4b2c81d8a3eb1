"""Projects in the catalogue and their folders."""

from __future__ import annotations

import pyarrow as pa
import pytest
from pyroaring import BitMap
from tests.datasets.studio import numbers_of
from tests.real.deliveries import new_delivery

from debiai_studio.datasets.errors import DataChanged, UnknownData
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import LOCAL, ProjectRef
from debiai_studio.selections.rule import Rule


def test_a_project_is_listed_with_its_counts_last_changed_first(studio):
    first = studio.make_small(10, name="first")
    studio.make_small(4, name="second")
    studio.selections.save(first, "All", Rule())
    studio.datasets.delete_samples(first, pa.array(["s1"]))
    listed = studio.projects.list()
    assert [project.name for project in listed] == ["first", "second"]
    assert (listed[0].n_samples, listed[0].n_columns, listed[0].n_models) == (9, 2, 1)
    assert listed[0].n_selections == 1
    assert studio.projects.get(first) == listed[0]


def test_a_name_that_is_taken_gets_a_number(studio):
    refs = [studio.make_small(2, name="flights") for _ in range(3)]
    assert [ref.project for ref in refs] == ["flights", "flights-2", "flights-3"]
    assert {project.name for project in studio.projects.list()} == {r.project for r in refs}


@pytest.mark.parametrize(
    "name", ["../../etc", "/absolute", "a/b", "..", "con", "名前", "a\nb", "%00"]
)
def test_c6_a_projects_name_never_reaches_the_disk(studio, name):
    ref = studio.make_small(2, name=name)
    assert ref.project == name
    assert len(studio.rows(ref)) == 2
    (folder,) = studio.catalogue.projects_folder.iterdir()
    assert folder.name.isalnum()


def test_b3_reading_or_starting_never_deletes_a_project(studio):
    ref = studio.make_small(3)
    stray = studio.catalogue.projects_folder / "stray"
    stray.mkdir()
    studio.projects.list()
    studio.close()
    again = studio.reopened()
    assert len(again.rows(ref)) == 3
    assert not stray.exists()
    again.close()


def test_d13_a_damaged_project_does_not_hide_the_others(studio):
    damaged, sound = studio.make_small(3, name="damaged"), studio.make_small(3, name="sound")
    folder = studio.store.folder_of(studio.datasets.of(damaged))
    studio.close()
    (folder / "samples.duckdb").write_bytes(b"nonsense")
    again = studio.reopened()
    assert [project.name for project in again.projects.list()] == ["sound", "damaged"]
    assert len(again.rows(sound)) == 3
    again.close()


def test_a_deleted_project_is_gone_with_its_selections_and_its_name_is_free(studio):
    ref = studio.make_small(3)
    studio.selections.save(ref, "All", Rule())
    studio.projects.delete(ref)
    assert studio.projects.list() == []
    for call in (studio.projects.get, studio.projects.delete, studio.selections.list):
        with pytest.raises(UnknownProject):
            call(ref)
    again = studio.make_small(2)
    assert again == ref
    assert studio.selections.list(again) == []


def test_the_ids_of_a_deleted_project_stay_as_long_as_they_are_needed(studio):
    ref = studio.make_small(5)
    key = studio.projects.get(ref).key
    folder = studio.store.folder_of(studio.datasets.of(ref))
    studio.datasets.delete_samples(ref, pa.array(["s4"]))
    waiting = studio.outbox.accept(new_delivery(project_key=key, document=None, sha256=None))
    studio.projects.delete(ref)
    assert [path.name for path in folder.iterdir()] == ["ids"]
    studio.close()

    again = studio.reopened()
    assert again.catalogue.remove_folders() == set()
    batches = again.datasets.id_batches_of_key(key, BitMap([0, 2, 4]))
    assert [id_ for ids in batches for id_ in ids.to_pylist()] == ["s0", "s2", "s4"]

    again.outbox.cancel(waiting.id)
    assert again.catalogue.remove_folders() == {key}
    assert not folder.exists()
    with pytest.raises(UnknownData):
        again.datasets.id_batches_of_key(key, BitMap([0]))
    again.close()


def test_who_reads_a_project_while_it_is_deleted_is_told_so(studio):
    ref = studio.make_small(3)
    dataset = studio.datasets.of(ref)
    studio.projects.delete(ref)
    with pytest.raises(DataChanged):
        numbers_of(studio.store.reader(dataset))


def test_a_crash_before_the_values_were_removed_is_made_good_at_the_next_start(studio):
    ref = studio.make_small(3)
    key = studio.projects.get(ref).key
    folder = studio.store.folder_of(studio.datasets.of(ref))
    studio.outbox.accept(new_delivery(project_key=key, document=None, sha256=None))
    studio.catalogue.delete(ref)
    assert (folder / "samples.duckdb").exists()
    studio.catalogue.remove_folders()
    assert [path.name for path in folder.iterdir()] == ["ids"]


def test_a_project_key_is_never_used_again(studio):
    ref = studio.make_small(2)
    key = studio.projects.get(ref).key
    studio.projects.delete(ref)
    assert studio.projects.get(studio.make_small(2)).key > key


def test_the_ids_of_a_present_project_are_read_by_its_key_too(studio):
    ref = studio.make_small(3)
    batches = studio.datasets.id_batches_of_key(studio.projects.get(ref).key, BitMap([1, 2]))
    assert [id_ for ids in batches for id_ in ids.to_pylist()] == ["s1", "s2"]


def test_the_same_name_in_another_source_is_another_project(studio):
    studio.make_small(2)
    with pytest.raises(UnknownProject, match='in the source "elsewhere"'):
        studio.projects.get(ProjectRef("elsewhere", "flights"))
    assert studio.projects.get(ProjectRef(LOCAL, "flights")).n_samples == 2
