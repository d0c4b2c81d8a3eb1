"""The id index against a plain dict, also when every hash is the same."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from debiai_studio.datasets.id_hashing import hash_ids
from debiai_studio.datasets.model import ColumnType
from debiai_studio.storage.samples import id_runs
from debiai_studio.storage.samples.id_file import BATCH, IdFile, SegmentWriter
from debiai_studio.storage.samples.id_index import IdIndex

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
INTEGERS = st.integers(-(2**63), 2**63 - 1)


def one_hash(ids):
    return np.zeros(len(ids), np.uint64)


def two_hashes(ids):
    return hash_ids(ids) % np.uint64(2)


def _kept(folder, parts, id_type=ColumnType.TEXT):
    segments, first = [], 0
    for number, part in enumerate(parts):
        writer = SegmentWriter(folder, number, first, id_type)
        writer.write(pa.array(part, pa.int64() if id_type is ColumnType.INTEGER else pa.string()))
        segments.append(writer.close())
        first += len(part)
    return IdFile(folder, id_type, segments)


def _parts(ids, cuts):
    edges = sorted({0, len(ids), *(cut % (len(ids) + 1) for cut in cuts)})
    return [ids[start:end] for start, end in pairwise(edges)]


@settings(deadline=None, max_examples=60)
@given(
    ids=st.lists(TEXTS, unique=True, max_size=60),
    others=st.lists(TEXTS, max_size=20),
    cuts=st.lists(st.integers(0, 60), max_size=12),
    hash_of=st.sampled_from([hash_ids, one_hash, two_hashes]),
)
def test_every_text_is_found_at_its_number_and_no_other_is(ids, others, cuts, hash_of):
    with tempfile.TemporaryDirectory() as folder:
        kept = _kept(Path(folder), _parts(ids, cuts))
        index = IdIndex(Path(folder), kept, hash_of)
        numbers = {id_: number for number, id_ in enumerate(ids)}
        asked = ids[::-1] + others
        found = index.find(pa.array(asked, pa.string()))
        assert found.tolist() == [numbers.get(id_, -1) for id_ in asked]


@settings(deadline=None, max_examples=40)
@given(ids=st.lists(INTEGERS, unique=True, min_size=1, max_size=60), others=st.lists(INTEGERS))
def test_integers_are_exact_over_the_whole_range(ids, others):
    with tempfile.TemporaryDirectory() as folder:
        kept = _kept(Path(folder), [ids], ColumnType.INTEGER)
        numbers = {id_: number for number, id_ in enumerate(ids)}
        asked = ids + others
        found = IdIndex(Path(folder), kept).find(pa.array(asked, pa.int64()))
        assert found.tolist() == [numbers.get(id_, -1) for id_ in asked]
        assert kept.ids(np.arange(len(ids))).to_pylist() == ids


def test_integers_beyond_2_to_the_53_are_not_confused(tmp_path):
    ids = [2**53, 2**53 + 1, 2**63 - 1, -(2**63)]
    index = IdIndex(tmp_path, _kept(tmp_path, [ids], ColumnType.INTEGER))
    assert index.find(pa.array([2**53 + 1, 2**53 + 2, 2**63 - 2])).tolist() == [1, -1, -1]


@settings(deadline=None, max_examples=60)
@given(
    ids=st.lists(st.sampled_from("abcdefgh"), max_size=40),
    hash_of=st.sampled_from([hash_ids, one_hash]),
)
def test_duplicates_are_those_that_occur_twice_first_ones_first(ids, hash_of):
    with tempfile.TemporaryDirectory() as folder:
        index = IdIndex(Path(folder), _kept(Path(folder), [ids]), hash_of)
        expected = {id_: [n for n, other in enumerate(ids) if other == id_] for id_ in ids}
        several = sorted((at[1], id_, at) for id_, at in expected.items() if len(at) > 1)
        assert index.duplicates(50) == [(id_, at) for _, id_, at in several]
        assert index.duplicates(2) == [(id_, at[:2]) for _, id_, at in several[:2]]


def test_duplicates_are_found_across_segments_and_slices(tmp_path, monkeypatch):
    monkeypatch.setattr(id_runs, "_SLICE", 64)
    ids = [f"s{n}" for n in range(500)]
    ids[400] = "s7"
    index = IdIndex(tmp_path, _kept(tmp_path, _parts(ids, [100, 250, 399])))
    assert index.duplicates(10) == [("s7", [7, 400])]


def test_many_runs_are_merged_and_still_find_everything(tmp_path, monkeypatch):
    monkeypatch.setattr(id_runs, "_SLICE", 100)
    ids = [f"s{n}" for n in range(1000)]
    for end in range(50, 1001, 50):
        (tmp_path / str(end)).mkdir()
        kept = _kept(tmp_path / str(end), [ids[:end]])
        _link_runs(tmp_path, tmp_path / str(end))
        found = IdIndex(tmp_path / str(end), kept).find(pa.array(ids))
        assert found.tolist() == [*range(end), *([-1] * (1000 - end))]
        _link_runs(tmp_path / str(end), tmp_path)
    runs = list((tmp_path / "1000" / "ids").glob("*.run"))
    assert 1 < len(runs) <= id_runs.MANY_RUNS
    assert not list(tmp_path.rglob("*.partial")) + list(tmp_path.rglob("*.distances"))


def _link_runs(source, target):
    (target / "ids").mkdir(exist_ok=True)
    for path in (target / "ids").glob("*.run"):
        path.unlink()
    for path in (source / "ids").glob("*.run") if (source / "ids").exists() else ():
        (target / "ids" / path.name).hardlink_to(path)


@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_a_damaged_run_is_made_again(tmp_path, damage):
    ids = [f"s{n}" for n in range(100)]
    kept = _kept(tmp_path, [ids])
    IdIndex(tmp_path, kept)
    (run,) = (tmp_path / "ids").glob("*.run")
    if damage == "missing":
        run.unlink()
    else:
        run.write_bytes(run.read_bytes()[:-5])
    assert IdIndex(tmp_path, kept).find(pa.array(["s42", "x"])).tolist() == [42, -1]


def test_a_run_beyond_the_recorded_ids_is_not_believed(tmp_path):
    longer, shorter = tmp_path / "longer", tmp_path / "shorter"
    IdIndex(longer, _kept(longer, [["a", "b", "c"]]))
    kept = _kept(shorter, [["a", "x"]])
    _link_runs(longer, shorter)
    assert IdIndex(shorter, kept).find(pa.array(["x", "b"])).tolist() == [1, -1]


@settings(deadline=None, max_examples=40)
@given(TEXTS, TEXTS)
def test_equal_ids_have_equal_hashes_however_they_are_stored(first, second):
    together = hash_ids(pa.array([first, second, first]))
    assert together[0] == together[2]
    assert hash_ids(pa.array(["other", second]).slice(1))[0] == together[1]


def test_hashes_stay_the_same_over_versions():
    assert hash_ids(pa.array(["", "a", "Grands départs"])).tolist() == HASHES_OF_TEXTS
    assert hash_ids(pa.array([0, -1, 2**63 - 1])).tolist() == HASHES_OF_INTEGERS


HASHES_OF_TEXTS = [0, 15565445264529232784, 16228861184617056073]
HASHES_OF_INTEGERS = [0, 13029008266876403067, 6514504133438201533]


def test_ids_come_in_arrays_of_limited_size_in_first_order(tmp_path):
    ids = [f"s{n}" for n in range(2 * BATCH + 100)]
    kept = _kept(tmp_path, [ids[: BATCH + 50], ids[BATCH + 50 :]])
    everything = list(kept.batches(BitMap(range(len(ids)))))
    assert max(len(part) for part in everything) <= BATCH
    assert [id_ for part in everything for id_ in part.to_pylist()] == ids
    some = BitMap([0, 5, BATCH - 1, BATCH, BATCH + 50, 2 * BATCH + 99])
    assert [id_ for part in kept.batches(some) for id_ in part.to_pylist()] == [
        ids[number] for number in some
    ]
    assert kept.ids(np.array([BATCH + 50, 3, 3, 0])).to_pylist() == [
        ids[BATCH + 50],
        "s3",
        "s3",
        "s0",
    ]


def test_a_number_that_does_not_exist_is_an_error(tmp_path):
    kept = _kept(tmp_path, [["a", "b"]])
    with pytest.raises(IndexError, match="0 to 1"):
        kept.ids(np.array([0, 2]))
