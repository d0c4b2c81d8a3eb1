"""Threads that may hang in what they call."""

from __future__ import annotations

import threading
from concurrent.futures import Executor


def shut_down(pool: Executor, seconds: float) -> bool:
    """Whether the pool's threads ended in time; what did not begin is given up."""
    ending = threading.Thread(target=pool.shutdown, kwargs={"cancel_futures": True}, daemon=True)
    ending.start()
    ending.join(seconds)
    return not ending.is_alive()
