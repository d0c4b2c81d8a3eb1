"""One project's files while they are in use: its database, id file and index.

Opening brings the values to the version that the catalogue names: a change that was recorded but
not applied (a crash in between) is applied, rows at or above the watermark are removed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from pyroaring import BitMap

from debiai_studio.datasets.errors import DataChanged
from debiai_studio.datasets.model import DataSet
from debiai_studio.storage.samples.changes import apply_change, forget_change
from debiai_studio.storage.samples.database import (
    FILE,
    SAMPLE_NO,
    open_database,
    results_table,
)
from debiai_studio.storage.samples.id_file import IdFile
from debiai_studio.storage.samples.id_index import IdIndex


class OpenProject:
    """The open files of one project. Thread-safe: readers use a cursor each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Held while a version is recorded and applied: no reader sees one without the other.
        self._gate = threading.RLock()
        self._users = 0
        self._retired = False
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._ids: tuple[object, IdFile] | None = None
        self._index: tuple[object, IdIndex] | None = None
        self._tombstones: tuple[tuple[int, int], BitMap] | None = None

    def id_file(self, dataset: DataSet) -> IdFile:
        """The id file of this version."""
        with self._gate:
            if self._ids is None or self._ids[0] != dataset.segments:
                ids = IdFile(self.folder, dataset.id_type, dataset.segments)
                self._ids = (dataset.segments, ids)
            return self._ids[1]

    def index(self, dataset: DataSet) -> IdIndex:
        """The id index of this version; missing parts are made."""
        with self._gate:
            ids = self.id_file(dataset)
            if self._index is None or self._index[0] != dataset.segments:
                self._index = (dataset.segments, IdIndex(self.folder, ids))
            return self._index[1]

    def tombstones(self, dataset: DataSet, load: Callable[[int], BitMap]) -> BitMap:
        """The deleted samples, loaded when they are not known yet."""
        version = (dataset.data_version, dataset.n_deleted)
        known = self._tombstones
        if known is None or known[0] != version:
            known = (version, load(dataset.project_key))
            self._tombstones = known
        return known[1]

    @contextmanager
    def reading(
        self, dataset: DataSet, *, by_position: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction of its own.

        ``by_position``: what is read will be put beside what was read before; raises DataChanged
        when rows were taken out or put in between since.
        """
        with self._cursor(dataset) as cursor:
            if by_position and _state(cursor)[1] > dataset.data_version:
                raise DataChanged
            try:
                yield cursor
            except (duckdb.BinderException, duckdb.CatalogException) as error:
                # A column or a model may have been dropped since.
                cursor.execute("ROLLBACK")
                if _state(cursor)[1] > dataset.data_version:
                    raise DataChanged from error
                raise

    def change(self, before: DataSet, after: DataSet, record: Callable[[], None]) -> None:
        """Apply the written change and record it, in this order but committed in the other."""
        with self._cursor(before) as cursor:
            apply_change(cursor, self.folder, after, after.data_version)
            with self._gate:
                record()
                cursor.execute("COMMIT")
        forget_change(self.folder, after.data_version)

    def give_back(self, dataset: DataSet) -> None:
        """Free the space of rows that were taken out, if nobody reads just now."""
        with self._gate, suppress(duckdb.TransactionException):
            self._at(dataset).execute("CHECKPOINT")

    def close(self) -> None:
        """Give the files back; the next use opens them again."""
        with self._gate:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._ids = self._index = None

    def retire(self) -> None:
        """Give the files back as soon as nobody uses them: readers under way come to their end."""
        with self._gate:
            self._retired = True
            if not self._users:
                self.close()

    def close_if_idle(self) -> None:
        """Give the files back unless somebody uses them."""
        if self._gate.acquire(blocking=False):
            try:
                if not self._users:
                    self.close()
            finally:
                self._gate.release()

    @property
    def is_open(self) -> bool:
        """Whether the database is open."""
        return self._connection is not None

    @contextmanager
    def _cursor(self, dataset: DataSet) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._gate:
            cursor = self._at(dataset).cursor()
            self._users += 1
        try:
            cursor.execute("BEGIN")
            yield cursor
        finally:
            cursor.close()
            with self._gate:
                self._users -= 1
                if self._retired and not self._users:
                    self.close()

    def _at(self, dataset: DataSet) -> duckdb.DuckDBPyConnection:
        """The database, at this version at least."""
        fresh = self._connection is None
        if self._connection is None:
            if not (self.folder / FILE).exists():
                raise DataChanged  # deleted since the caller asked for its data set
            self._connection = open_database(self.folder)
        connection = self._connection
        version = _state(connection)[0]
        while version < dataset.data_version:
            connection.execute("BEGIN")
            try:
                apply_change(connection, self.folder, dataset, version + 1)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            version += 1
            forget_change(self.folder, version)
        if fresh and version == dataset.data_version:
            _remove_unrecorded(connection, dataset)
        return connection


def _state(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    row = connection.execute("SELECT data_version, layout_version FROM state").fetchall()[0]
    return int(row[0]), int(row[1])


def _remove_unrecorded(connection: duckdb.DuckDBPyConnection, dataset: DataSet) -> None:
    for table in ["samples", *(results_table(model.number) for model in dataset.models)]:
        connection.execute(f"DELETE FROM {table} WHERE {SAMPLE_NO} >= {dataset.next_sample_no}")
