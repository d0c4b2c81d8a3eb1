"""Of one page's questions the newest is answered; those of another name run beside them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from debiai_studio.widgets.kinds.statistics import Statistics

PATIENCE = 60


@pytest.fixture
def held(served, monkeypatch):
    """Questions that hold a Statistics are kept where they plan, until they are let go."""
    begun, free = threading.Semaphore(0), threading.Event()
    plan = Statistics.plan

    def wait(self, settings, columns, size):
        begun.release()
        assert free.wait(PATIENCE)
        return plan(self, settings, columns, size)

    monkeypatch.setattr(Statistics, "plan", wait)
    yield begun, free
    free.set()


@contextmanager
def asking(served):
    """A function that asks from a thread: a page's name, and the kind of its widget."""

    def ask(client: str, kind: str) -> tuple[int, str]:
        widgets = [{"id": "w", "kind": kind, "settings": {"column": "delay"}}]
        answer = served.client.post(
            f"{served.flights}/analysis/query",
            json={"widgets": widgets},
            headers={"Studio-Client": client},
        )
        told = answer.headers["content-type"].startswith("application/vnd.apache.arrow")
        return answer.status_code, "" if told else answer.json()["type"]

    with ThreadPoolExecutor(8) as threads:

        def start(client: str, kind: str) -> Future[tuple[int, str]]:
            return threads.submit(ask, client, kind)

        yield start


def test_a_quick_question_of_a_page_does_not_wait_for_its_costly_one(served, held):
    begun, free = held
    with asking(served) as ask:
        costly = ask("page-costly", "statistics")
        assert begun.acquire(timeout=PATIENCE)
        assert ask("page", "distribution").result(PATIENCE) == (200, "")
        assert not costly.done()
        free.set()
        assert costly.result(PATIENCE) == (200, "")


def test_of_the_questions_that_wait_under_one_name_the_newest_is_answered(served, held):
    begun, free = held
    with asking(served) as ask:
        first = ask("page", "statistics")
        assert begun.acquire(timeout=PATIENCE)
        second = ask("page", "distribution")
        # Which of two comes first is only known once one was overtaken.
        third = ask("page", "distribution")
        deadline = time.monotonic() + PATIENCE
        while not (second.done() or third.done()) and time.monotonic() < deadline:
            time.sleep(0.01)
        free.set()
        assert first.result(PATIENCE) == (200, "")
        waited = sorted(one.result(PATIENCE) for one in (second, third))
        assert waited == [(200, ""), (409, "analysis.overtaken")]


def test_a_page_is_told_which_widgets_to_ask_for_apart(served):
    kinds = served.client.get("/api/v2/widgets").json()
    assert [one["kind"] for one in kinds if one["costly"]] == ["correlation_matrix"]
