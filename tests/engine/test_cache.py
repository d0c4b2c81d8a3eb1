from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from debiai_studio.engine.cache import ByteCache


def test_what_two_threads_ask_for_at_once_is_made_once():
    cache, again = ByteCache(100), threading.Event()
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        if len(made) > 1:
            again.set()
        # Time for the other one to make it too, if it would.
        again.wait(1)
        return made[-1]

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.get, "key", make, lambda _: 1) for _ in range(2)]
        assert [one.result() for one in asked] == [0, 0]
    assert made == [0]


def test_what_could_not_be_made_is_tried_anew():
    cache = ByteCache(100)

    def fail() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get("key", fail, lambda _: 1)
    assert cache.get("key", lambda: 5, lambda _: 1) == 5


def test_one_entry_may_be_made_of_others():
    cache = ByteCache(100)

    def outer() -> int:
        return cache.get("inner", lambda: 20, lambda _: 1) + 1

    assert cache.get("outer", outer, lambda _: 1) == 21


def test_the_least_recently_used_entries_leave_when_room_is_short():
    cache = ByteCache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: f"first {key}", lambda _: 1)
    found = [cache.get(key, lambda: "again", lambda _: 1) for key in ("a", "b")]
    assert found == ["first a", "again"]
