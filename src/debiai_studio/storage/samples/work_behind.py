"""One piece of work at a time, done behind the back of the one who hands it over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class WorkBehind:
    """Runs what it is given in one thread, in order; at most one piece is under way.

    What a piece raises is raised by the next call of ``do`` or ``wait``.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "writing")
        self._under_way: Future[None] | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Begin a piece when the one before is done."""
        self.wait()
        self._under_way = self._thread.submit(work)

    def wait(self) -> None:
        """Return when nothing is under way."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def close(self) -> None:
        """End the thread when it is done with what is under way; its errors are dropped."""
        self._thread.shutdown()
