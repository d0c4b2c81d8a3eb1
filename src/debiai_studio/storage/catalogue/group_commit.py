"""Group commit: writes that arrive together share one transaction and one disk flush."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from debiai_studio.storage.catalogue.errors import CatalogueFull

T = TypeVar("T")
_Write = tuple[Callable[[Connection], Any], Future[Any]]

# More would make the first of them wait noticeably.
LARGEST = 500


class GroupCommit:
    """Runs writes of many threads in few transactions.

    Whoever finds no commit under way commits for all who wait. Each of several writes has a
    savepoint of its own, so that one that fails takes no other with it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Write] = deque()
        self._turn = threading.Lock()

    def run(self, write: Callable[[Connection], T]) -> T:
        """The result of ``write`` after it is on disk; raises what it raised."""
        mine: Future[T] = Future()
        # Another thread may run it, and who asked is told by the context.
        context = copy_context()
        self._waiting.append((lambda connection: context.run(write, connection), mine))
        while not mine.done():
            with self._turn:
                if not mine.done():
                    self._commit()
        return mine.result()

    def _commit(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST))]
        try:
            self._commit_together(batch)
        except CatalogueFull:
            # The one that was too large must not take the others with it.
            for write in batch:
                self._commit_alone(write)
        except BaseException as error:  # those who wait must be told, whatever it was
            for _, future in batch:
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise

    def _commit_alone(self, write: _Write) -> None:
        try:
            self._commit_together([write])
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            write[1].set_exception(error)

    def _commit_together(self, batch: list[_Write]) -> None:
        if len(batch) == 1:
            [(write, future)] = batch
            with self._engine.begin() as connection:
                result = write(connection)
            future.set_result(result)
            return
        done: list[tuple[Future[Any], Any, Exception | None]] = []
        with self._engine.begin() as connection:
            for write, future in batch:
                savepoint = connection.begin_nested()
                try:
                    result = write(connection)
                    savepoint.commit()
                except CatalogueFull:
                    raise  # SQLite has rolled back everything
                except Exception as error:  # noqa: BLE001 - handed to the one who asked
                    savepoint.rollback()
                    done.append((future, None, error))
                else:
                    done.append((future, result, None))
        for future, result, failure in done:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment and takes no lock."""
        with self._engine.connect() as connection:
            connection.execution_options(read_only=True)
            with connection.begin():
                yield connection
