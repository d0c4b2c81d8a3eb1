from __future__ import annotations

import threading

import pyarrow as pa
import pytest
from pyroaring import BitMap
from tests.datasets.studio import batch, numbers_of

from debiai_studio.datasets.errors import (
    MissingSampleId,
    NoSuchColumns,
    UnknownSamples,
    UnsuitableValues,
)
from debiai_studio.datasets.service import Change
from debiai_studio.projects.errors import ProjectBusy, UnknownProject
from debiai_studio.projects.model import LOCAL, ProjectRef


def test_b10_a_sample_sent_again_changes_its_values_under_the_same_number(studio):
    ref = studio.make_small(4)
    change = studio.datasets.append(ref, [batch(["s1", "s9"], value=[70.0, 90.0])])
    assert change == Change(added=1, updated=1, deleted=0, data_version=2)
    rows = studio.rows(ref)
    assert [row["id"] for row in rows] == ["s0", "s1", "s2", "s3", "s9"]
    assert [row["value"] for row in rows] == [0.0, 70.0, 2.0, 3.0, 90.0]


def test_a_column_that_is_absent_stays_for_known_and_is_null_for_new_samples(studio):
    ref = studio.make_small(2)
    studio.datasets.append(ref, [batch(["s1", "s2"], value=[5.0, 6.0])])
    assert [row["label"] for row in studio.rows(ref)] == ["even", "odd", None]


def test_of_two_rows_with_one_id_the_later_wins_within_and_across_batches(studio):
    ref = studio.make_small(2)
    change = studio.datasets.append(
        ref,
        [batch(["a", "s0", "a"], value=[1.0, 2.0, 3.0]), batch(["s0", "a"], value=[4.0, None])],
    )
    assert (change.added, change.updated) == (1, 1)
    assert [(row["id"], row["value"]) for row in studio.rows(ref)] == [
        ("s0", 4.0),
        ("s1", 1.0),
        ("a", None),
    ]


def test_batches_may_differ_in_their_columns(studio):
    ref = studio.make_small(1)
    studio.datasets.append(ref, [batch(["a"], value=[1.0]), batch(["a", "b"], label=["x", "y"])])
    assert [(r["id"], r["value"], r["label"]) for r in studio.rows(ref)][1:] == [
        ("a", 1.0, "x"),
        ("b", None, "y"),
    ]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        pytest.param(batch(["z"], speed=[1.0]), NoSuchColumns, id="unknown column"),
        pytest.param(pa.record_batch({"value": [1.0]}), NoSuchColumns, id="no id"),
        pytest.param(batch(["z", None]), MissingSampleId, id="missing id"),
        pytest.param(batch(["z"], value=["fast"]), UnsuitableValues, id="text as number"),
    ],
)
def test_b1_a_batch_that_does_not_fit_is_an_error_and_leaves_nothing(studio, bad, error):
    ref = studio.make_small(3)
    before, files = studio.rows(ref), _files(studio)
    with pytest.raises(error):
        studio.datasets.append(ref, [batch(["new", "s0"], value=[1.0, 2.0]), bad])
    assert studio.rows(ref) == before
    assert studio.datasets.of(ref).data_version == 1
    assert _files(studio) == files


def test_an_append_of_nothing_changes_nothing(studio):
    ref = studio.make_small(3)
    assert studio.datasets.append(ref, []) == Change(0, 0, 0, 1)
    assert studio.datasets.append(ref, [batch(["x"]).slice(0, 0)]) == Change(0, 0, 0, 1)


def test_deleted_samples_are_gone_and_unknown_ones_are_named(studio):
    ref = studio.make_small(6)
    assert studio.datasets.delete_samples(ref, pa.array(["s1", "s4", "s1"])).deleted == 2
    assert [row["id"] for row in studio.rows(ref)] == ["s0", "s2", "s3", "s5"]
    dataset = studio.datasets.of(ref)
    assert (dataset.n_samples, dataset.n_deleted, dataset.data_version) == (4, 2, 1)
    with pytest.raises(UnknownSamples, match='"s4", "nobody"') as raised:
        studio.datasets.delete_samples(ref, pa.array(["s0", "s4", "nobody"]))
    assert raised.value.count == 2
    assert studio.datasets.of(ref).n_samples == 4


def test_b2_numbers_of_unknown_ids_is_an_error_that_names_the_first(studio):
    ref = studio.make_small(6)
    assert studio.datasets.numbers_of(ref, pa.array(["s5", "s0"])) == BitMap([0, 5])
    with pytest.raises(UnknownSamples, match="and 5 more"):
        studio.datasets.numbers_of(ref, pa.array([f"x{n}" for n in range(10)]))


def test_deleting_a_sample_takes_its_result_out_of_the_count(studio):
    ref = studio.make_small(6)
    assert studio.datasets.of(ref).models[0].n_results == 3
    studio.datasets.delete_samples(ref, pa.array(["s0", "s1"]))
    assert studio.datasets.of(ref).models[0].n_results == 2


@pytest.mark.parametrize("compacted", [False, True])
def test_a_deleted_id_sent_again_gets_its_number_back_without_old_values(studio, compacted):
    ref = studio.make_small(4)
    studio.datasets.delete_samples(ref, pa.array(["s0", "s2"]))
    if compacted:
        studio.datasets.compact(ref)
    change = studio.datasets.append(ref, [batch(["s2", "s2"], value=[8.0, 9.0])])
    assert (change.added, change.updated) == (1, 0)
    rows = studio.rows(ref)
    assert [(r["id"], r["value"], r["label"], r["m.score"]) for r in rows] == [
        ("s1", 1.0, "odd", None),
        ("s2", 9.0, None, None),
        ("s3", 3.0, "odd", None),
    ]
    numbers = numbers_of(studio.store.reader(studio.datasets.of(ref))).tolist()
    assert numbers == sorted(numbers)


def test_compaction_takes_rows_out_and_moves_no_number(studio):
    ref = studio.make_small(8)
    studio.datasets.delete_samples(ref, pa.array(["s0", "s3"]))
    studio.datasets.compact(ref)
    dataset = studio.datasets.of(ref)
    reader = studio.store.reader(dataset)
    assert numbers_of(reader).tolist() == [1, 2, 4, 5, 6, 7]
    assert numbers_of(reader, 0).tolist() == [2, 4, 6]
    assert dataset.data_version == 2
    studio.datasets.compact(ref)
    assert studio.datasets.of(ref).data_version == 2
    assert [r["value"] for r in studio.rows(ref)] == [1.0, 2.0, 4.0, 5.0, 6.0, 7.0]


def test_one_change_at_a_time_and_readers_are_not_held_up(studio):
    ref = studio.make_small(3)
    begun, go_on = threading.Event(), threading.Event()

    def slowly():
        yield batch(["a"], value=[1.0])
        begun.set()
        assert go_on.wait(30)

    writer = threading.Thread(target=lambda: studio.datasets.append(ref, slowly()))
    writer.start()
    assert begun.wait(30)
    with pytest.raises(ProjectBusy):
        studio.datasets.append(ref, [batch(["b"])])
    with pytest.raises(ProjectBusy):
        studio.datasets.delete_samples(ref, pa.array(["s0"]))
    assert len(studio.rows(ref)) == 3
    go_on.set()
    writer.join()
    assert [row["id"] for row in studio.rows(ref)] == ["s0", "s1", "s2", "a"]


def test_a_project_is_not_deleted_while_it_is_changed(studio):
    ref = studio.make_small(3)

    def deleting():
        yield batch(["a"], value=[1.0])
        with pytest.raises(ProjectBusy):
            studio.projects.delete(ref)

    studio.datasets.append(ref, deleting())
    assert len(studio.rows(ref)) == 4
    studio.projects.delete(ref)
    with pytest.raises(UnknownProject):
        studio.datasets.append(ref, [batch(["b"])])


def test_changes_survive_a_restart(studio):
    ref = studio.make_small(4)
    studio.datasets.append(ref, [batch(["s1", "n"], value=[7.0, 8.0])])
    studio.datasets.delete_samples(ref, pa.array(["s0"]))
    rows = studio.rows(ref)
    studio.close()
    again = studio.reopened()
    assert again.rows(ref) == rows
    again.close()


def test_many_small_appends_keep_few_files(studio):
    ref = studio.make_small(3)
    for n in range(70):
        studio.datasets.append(ref, [batch([f"n{n}"], value=[float(n)])])
    dataset = studio.datasets.of(ref)
    assert len(dataset.segments) <= 17
    assert studio.datasets.numbers_of(ref, pa.array(["n0", "n69", "s2"])) == BitMap([2, 3, 72])
    folder = studio.store.folder_of(dataset)
    assert len(list((folder / "ids").glob("*.run"))) <= 9
    assert not list((folder / "changes").iterdir())
    studio.close()
    again = studio.reopened()
    assert len(list((folder / "ids").glob("*.arrow"))) == len(dataset.segments)
    assert again.ids(ref, BitMap(range(73)))[3:] == [f"n{n}" for n in range(70)]
    again.close()


def test_an_unknown_project_is_named(studio):
    with pytest.raises(UnknownProject, match='no project "nothing"'):
        studio.datasets.of(ProjectRef(LOCAL, "nothing"))


def _files(studio):
    names = {str(p) for p in studio.folder.rglob("*") if p.is_file()}
    return {n for n in names if "catalogue" not in n and not n.endswith((".wal", ".run"))}


def incomplete(studio, ref) -> dict[str, int]:
    return studio.datasets.incomplete(studio.datasets.of(ref))


def test_new_samples_lack_a_column_that_an_append_left_out_until_it_comes(studio):
    ref = studio.make_small(2)
    assert incomplete(studio, ref) == {}

    studio.datasets.append(ref, [batch(["s0", "a", "b", "c"], value=[1.0, 2.0, 3.0, 4.0])])
    assert incomplete(studio, ref) == {"label": 3}

    studio.datasets.append(ref, [batch(["a", "s1"], label=["x", None])])
    assert incomplete(studio, ref) == {"label": 2}
    studio.datasets.append(ref, [batch(["b"], label=[None])])  # it came as missing
    studio.close()
    again = studio.reopened()
    assert incomplete(again, ref) == {"label": 1}
    again.datasets.delete_samples(ref, pa.array(["c"]))
    assert incomplete(again, ref) == {}
    again.close()


def test_a_column_may_come_in_another_batch_of_the_same_append(studio):
    ref = studio.make_small(2)

    studio.datasets.append(
        ref,
        [batch(["a", "b"], value=[1.0, 2.0]), batch(["b", "d"], label=["x", "y"])],
    )

    assert incomplete(studio, ref) == {"label": 1, "value": 1}


def test_a_deleted_sample_that_is_sent_again_lacks_what_it_comes_without(studio):
    ref = studio.make_small(2)
    studio.datasets.delete_samples(ref, pa.array(["s0"]))

    studio.datasets.append(ref, [batch(["s0"], value=[1.0])])

    assert incomplete(studio, ref) == {"label": 1}
