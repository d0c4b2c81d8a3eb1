"""Readers while data changes: each sees one version, whole."""

from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa
from tests.datasets.studio import batch

from debiai_studio.datasets.errors import DataChanged


def test_readers_see_whole_versions_while_samples_are_added_changed_and_compacted(studio):
    ref = studio.make_small(50)
    value = studio.datasets.of(ref).sample_columns[0]
    ended, wrong = threading.Event(), []

    def read():
        while not ended.is_set():
            dataset = studio.datasets.of(ref)
            reader = studio.store.reader(dataset)
            try:
                batches = list(reader.batches(value))
            except DataChanged:
                continue
            numbers = np.concatenate([numbers for numbers, _ in batches])
            if (
                len(numbers) < 50
                or np.diff(numbers).min() < 1
                or numbers[-1] >= dataset.next_sample_no
            ):
                wrong.append((numbers, dataset))
            if reader.rows(numbers[-3:], [value]).num_rows != 3:
                wrong.append(dataset)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(15):
        rows = batch([f"n{n}", f"s{n}"], value=[1000.0, 2000.0])
        assert studio.datasets.append(ref, [rows]).added == 1 + (0 < n <= 12)
        studio.datasets.delete_samples(ref, pa.array([f"s{n + 1}"] if n < 12 else [f"n{n}"]))
        if n % 4 == 3:
            studio.datasets.compact(ref)
    ended.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(studio.rows(ref)) == studio.datasets.of(ref).n_samples
