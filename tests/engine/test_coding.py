"""Codes are made from many batches as they would be from all values at once."""

from __future__ import annotations

import json
import math
import os
import random
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pytest
from tests.engine.memory_reader import ARROW

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF
from debiai_studio.engine.coding import CODES, DICTIONARY, LAYOUT, write_codes

T = ColumnType
SPECIAL = {None: NULL, "nan": NAN, "-inf": MINUS_INF, "inf": PLUS_INF}
N = 6000
LEFT_OUT = 4  # every so many-th sample has no row


def batches_of(numbers, values, type_, seed):
    """The rows in batches of random sizes, empty ones too."""
    cuts = sorted(random.Random(seed).choices(range(len(numbers) + 1), k=40))  # noqa: S311
    array = pa.array(values, ARROW[type_])
    for start, end in zip([0, *cuts], [*cuts, len(numbers)], strict=True):
        yield numbers[start:end], array[start:end]


def read(place):
    layout = json.loads((place / LAYOUT).read_text())
    codes = np.fromfile(place / CODES, layout["codes"]).reshape(layout["shape"])
    if layout["dictionary"] == "text":
        return codes, pa.ipc.open_file(str(place / DICTIONARY)).read_all()["text"].to_pylist()
    return codes, np.fromfile(place / DICTIONARY, layout["dictionary"]).tolist()


def expected(rows, n_samples):
    """The codes and the dictionary by sorting all values of all slabs at once."""
    named = [[(n, str(v) if v is None or str(v) in SPECIAL else v) for n, v in row] for row in rows]
    ordinary = {v for row in rows for _, v in row if v is not None and str(v) not in SPECIAL}
    dictionary = sorted(ordinary, key=lambda v: v.encode() if isinstance(v, str) else v)
    rank = {v: k + FIRST for k, v in enumerate(dictionary)} | SPECIAL | {"None": NULL}
    codes = np.zeros((len(rows), n_samples), np.int64)
    for slab, row in enumerate(named):
        for number, value in row:
            if number < n_samples:
                codes[slab, number] = rank[value]
    return codes, dictionary


r = random.Random(11)  # noqa: S311  (test data)
VALUES = {
    "few": (T.NUMBER, lambda _: r.choice([None, math.nan, math.inf, -math.inf, 0.0, -0.0, 2.5])),
    "all different": (T.NUMBER, lambda _: r.gauss(0, 1e3)),
    "of every size": (T.NUMBER, lambda _: r.choice([-1, 1]) * 10 ** r.uniform(-320, 308)),
    "one outlier": (T.NUMBER, lambda k: 1e300 if k == 3 else round(r.gauss(0, 9), 1)),
    "one value": (T.NUMBER, lambda _: 7.25),
    "nothing": (T.NUMBER, lambda _: None),
    "integers": (T.INTEGER, lambda k: r.choice([None, k, -k, 2**63 - 1, -(2**63), 2**53 + 1])),
    "times": (T.TIME, lambda _: r.randrange(10**15, 2 * 10**15)),
    "flags": (T.BOOLEAN, lambda _: r.choice([None, True, False])),
    "few texts": (T.TEXT, lambda _: r.choice([None, "", "É", "é", "𝄞", "a", "A"])),
    "many texts": (T.TEXT, lambda _: f"{r.random()}"),
    "no text": (T.TEXT, lambda _: None),
}


@pytest.mark.parametrize("which", VALUES)
def test_codes_of_many_batches_are_those_of_all_values_sorted(which, tmp_path, monkeypatch):
    for name, few in (("_ROWS", 1000), ("_LEAST_KEYS", 4), ("_MOST_KEYS", 1024)):
        monkeypatch.setattr(f"debiai_studio.engine.coding.{name}", few)
    type_, make = VALUES[which]
    numbers = np.array([k for k in range(N) if k % LEFT_OUT])
    values = [[make(k) for k in range(len(numbers))] for _ in range(2)]
    slabs = [batches_of(numbers, row, type_, seed) for seed, row in enumerate(values)]

    n_samples = N - 50  # rows added since are not seen
    write_codes(tmp_path, Column("v", type_, "c0"), slabs, n_samples)

    codes, dictionary = read(tmp_path)
    seen = [list(zip(numbers.tolist(), row, strict=True)) for row in values]
    seen = [[(number, value) for number, value in row if number < n_samples] for row in seen]
    wanted, distinct = expected(seen, n_samples)
    assert dictionary == distinct
    assert str(dictionary) == str([v if isinstance(v, str) else v + 0 for v in distinct])  # no -0.0
    assert np.array_equal(codes, wanted)
    assert sorted(path.name for path in tmp_path.iterdir()) == [CODES, DICTIONARY, LAYOUT]


def test_more_values_than_sixteen_bits_name_get_wider_codes(tmp_path):
    values = np.random.default_rng(2).permutation(100_000).astype(float)
    for distinct, width in ((65_531, np.uint16), (65_532, np.uint32)):
        place = tmp_path / str(distinct)
        place.mkdir()
        rows = [(np.arange(100_000), pa.array(np.minimum(values, distinct - 1)))]
        write_codes(place, Column("v", T.NUMBER, "c0"), [rows], 100_000)
        codes, dictionary = read(place)
        assert codes.dtype == width
        assert np.array_equal(np.array(dictionary)[codes[0] - FIRST], rows[0][1].to_numpy())


@pytest.mark.parametrize("type_", [T.NUMBER, T.TEXT])
def test_codes_are_on_disk_before_the_layout_that_vouches_for_them(type_, tmp_path, monkeypatch):
    """After a power cut, pages that were never written would pass for codes."""
    synced = []
    sync = os.fsync

    def noting(number):
        sync(number)
        names = {path.stat().st_ino: path.name for path in tmp_path.iterdir()}
        synced.append((names[os.fstat(number).st_ino], (tmp_path / LAYOUT).exists()))

    monkeypatch.setattr(os, "fsync", noting)
    values = pa.array([1, 2, 2]).cast(ARROW[type_])
    write_codes(tmp_path, Column("v", type_, "c0"), [[(np.arange(3), values)]], 3)

    assert sorted(synced) == [(CODES, False), (DICTIONARY, False)]


def test_values_that_cannot_be_read_to_their_end_leave_no_file_open(tmp_path):
    """A project may be deleted while its columns are coded."""
    numbers = np.arange(10)
    values = pa.array(numbers)

    def breaking():
        yield numbers, values
        raise OSError("gone")

    column = Column("a", T.INTEGER, "c0")
    with pytest.raises(OSError, match="gone") as raised:
        write_codes(tmp_path, column, [breaking()], len(numbers))

    # The traceback still holds what was at work, so that nothing is closed by chance.
    assert raised.value.__traceback__ is not None
    left_open = [Path(one.path) for one in psutil.Process().open_files()]
    # What is mapped into memory goes with its array.
    assert {path.name for path in left_open if path.parent == tmp_path} <= {"drafts"}
