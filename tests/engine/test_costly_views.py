"""What takes long is answered beside the rest of a page."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.engine.world import T, world_of

from debiai_studio.engine.model import View
from debiai_studio.engine.plan import Correlation, Histogram, Plan

PATIENCE = 60


def test_a_costly_view_takes_no_thread_from_the_others(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    columns = {"slow": (T.NUMBER, [1.0, 2.0, 4.0]), "quick": (T.NUMBER, [3.0, 1.0, 2.0])}
    begun, free = threading.Event(), threading.Event()
    with world_of(columns) as made, ThreadPoolExecutor(2) as pages:
        read = made.reader.batches

        def held(column, *rest):
            if column.name == "slow":
                begun.set()
                assert free.wait(PATIENCE)
            return read(column, *rest)

        made.reader.batches = held
        slow = View("c", Plan({"m": Correlation(("slow", "quick"))}), costly=True)
        costly = pages.submit(made.ask, slow)
        try:
            assert begun.wait(PATIENCE)
            quick = pages.submit(made.ask, View("q", Plan({"m": Histogram("quick")})))
            assert quick.result(PATIENCE).views["q"]["m"].arrays["all"].sum() == 3
            assert not costly.done()
        finally:
            free.set()
        assert costly.result(PATIENCE).views["c"]["m"].arrays["n"].tolist() == [[3, 3], [3, 3]]
