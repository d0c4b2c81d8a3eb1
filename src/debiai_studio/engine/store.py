"""Codes on disk: memory-mapped, made at first use, made anew when the data change."""

from __future__ import annotations

import errno
import json
import shutil
import threading
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from debiai_studio.datasets.model import Column, DataSet
from debiai_studio.engine.codes import Coded
from debiai_studio.engine.coding import CODES, DICTIONARY, LAYOUT, Batch, write_codes
from debiai_studio.engine.errors import NoRoomForCodes
from debiai_studio.engine.ports import ValueReader

# Changed when the files' layout changes, so that old ones are made anew.
_LAYOUT = 2
# The folder of the drafts of this process; others were left by one that was killed, as a data
# folder has one server at a time.
_DRAFTS = f"drafts/{uuid.uuid4().hex}"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class CodeStore:
    """The coded columns of one data set at one version. Safe to call from several threads."""

    def __init__(
        self, dataset: DataSet, open_reader: Callable[[DataSet], ValueReader], folder: Path
    ) -> None:
        self._dataset = dataset
        self._open_reader = open_reader
        self._folder = folder
        self._columns: dict[tuple[str, bool], Coded] = {}
        self._locks: dict[tuple[str, bool], threading.Lock] = {}
        self._lock = threading.Lock()
        self._reader: ValueReader | None = None
        # Tells this store from any other, an id() would be used again.
        self.key = uuid.uuid4().hex

    @property
    def dataset(self) -> DataSet:
        """The data set at the version of these codes."""
        return self._dataset

    @property
    def reader(self) -> ValueReader:
        """The stored values."""
        if self._reader is None:
            self._reader = self._open_reader(self._dataset)
        return self._reader

    def sample_column(self, column: Column) -> Coded:
        """The codes of a sample column, in one slab. Raises NoRoomForCodes."""
        return self._get(column, is_result=False)

    def result_column(self, column: Column) -> Coded:
        """The codes of a result column, one slab per model of the data set, one dictionary.

        Raises NoRoomForCodes.
        """
        return self._get(column, is_result=True)

    def document(self, name: str, make: Callable[[], Any]) -> Any:
        """A JSON document about this version, made when it is not there."""
        dataset = self._dataset
        path = self._folder / f"{name}-{self._stamp(is_result=True)}-{dataset.n_deleted}.json"
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError):
            made = make()
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.glob(f"{name}-*.json"):
            old.unlink(missing_ok=True)
        temporary = path.with_suffix(f".{uuid.uuid4().hex}")
        temporary.write_text(json.dumps(made))
        temporary.replace(path)
        return made

    def _get(self, column: Column, *, is_result: bool) -> Coded:
        key = (column.field, is_result)
        with self._lock:
            if key in self._columns:
                return self._columns[key]
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._columns:
                self._columns[key] = self._open(column, is_result=is_result)
            return self._columns[key]

    def _open(self, column: Column, *, is_result: bool) -> Coded:
        family = "results" if is_result else "samples"
        place = self._folder / family / self._stamp(is_result=is_result) / column.field
        try:
            return _load(place, column)
        except (OSError, ValueError, KeyError, pa.ArrowInvalid):
            self._sweep(place.parent)
            self._sweep(self._folder / _DRAFTS)
        try:
            return self._make(column, place, is_result=is_result)
        except OSError as error:
            if error.errno in _FULL:
                raise NoRoomForCodes(column.name) from error
            raise

    def _make(self, column: Column, place: Path, *, is_result: bool) -> Coded:
        slabs = self._slabs(column, is_result=is_result)
        with ExitStack() as readers, _draft_of(place, self._folder / _DRAFTS) as draft:
            for slab in slabs:
                # What it holds of the database is given back, however far it was read.
                if isinstance(slab, Generator):
                    readers.callback(slab.close)
            write_codes(draft, column, slabs, self._dataset.next_sample_no)
            # Mapped before others can see, and remove, them.
            return _load(draft, column)

    def _slabs(self, column: Column, *, is_result: bool) -> list[Iterator[Batch]]:
        if not is_result:
            return [self.reader.batches(column)]
        return [self.reader.batches(column, model.number) for model in self._dataset.models]

    def _stamp(self, *, is_result: bool) -> str:
        dataset = self._dataset
        stamp = f"{_LAYOUT}-{dataset.data_version}-{dataset.next_sample_no}"
        if not is_result:
            return stamp
        results = [(model.number, model.n_results) for model in dataset.models]
        return f"{stamp}-{crc32(repr(results).encode()):08x}"

    @staticmethod
    def _sweep(current: Path) -> None:
        """Remove what lies beside a folder that is new; who still uses it keeps the mapping."""
        if current.is_dir() or not current.parent.is_dir():
            return
        for other in current.parent.iterdir():
            if other != current:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _draft_of(place: Path, drafts: Path) -> Iterator[Path]:
    """A folder that takes its place when it is written; nothing is left of it otherwise."""
    draft = drafts / uuid.uuid4().hex
    draft.mkdir(parents=True)
    try:
        yield draft
        shutil.rmtree(place, ignore_errors=True)
        # Another version may be swept, or the same codes made, at the same time.
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _load(place: Path, column: Column) -> Coded:
    # Not .npy: NumPy parses its header with `ast`, which is not thread-safe in CPython 3.11.
    layout = json.loads((place / LAYOUT).read_bytes())
    codes = _map(place / CODES, layout["codes"], tuple(layout["shape"]))
    if layout["dictionary"] != "text":
        dictionary = _map(place / DICTIONARY, layout["dictionary"], (layout["size"],))
        return Coded(column, dictionary, codes)
    with pa.memory_map(str(place / DICTIONARY)) as source:
        texts = pa.ipc.open_file(source).read_all().column("text")
    chunks = texts.chunks or [pa.array([], pa.large_string())]
    return Coded(column, chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks), codes)


def _map(path: Path, dtype: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    if 0 in shape:
        return np.zeros(shape, dtype)
    # Copy on write: numba compiles a second version of each kernel for read-only arrays.
    return np.asarray(np.memmap(path, dtype, "c", shape=shape))
