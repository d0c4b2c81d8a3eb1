"""The cleaner goes round, whatever happens to one of its duties."""

from __future__ import annotations

import threading

from debiai_studio.worker.cleaner import Cleaner


def test_a_failing_duty_hinders_no_other_and_is_tried_again(capsys):
    tries, rounds = [], threading.Semaphore(0)

    def fail():
        tries.append(1)
        raise OSError("/data/secret-of-a-sample")

    cleaner = Cleaner({"fails": fail, "works": rounds.release}, every_seconds=0.001)
    cleaner.start()
    try:
        for _ in range(3):
            assert rounds.acquire(timeout=30)
    finally:
        cleaner.stop()

    assert len(tries) >= 3
    said = capsys.readouterr()
    assert "secret-of-a-sample" not in said.out + said.err


def test_it_ends_at_once_though_its_next_round_is_far_away():
    rounds = []
    cleaner = Cleaner({"never": lambda: rounds.append(1)}, every_seconds=3600)
    cleaner.start()

    cleaner.stop()

    assert rounds == []
    assert "cleaner" not in {thread.name for thread in threading.enumerate()}
