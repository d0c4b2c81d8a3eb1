"""Data that is made before its import is shown among the imports."""

from __future__ import annotations

import pytest

from debiai_studio.sources.errors import JobEnded, MakingCancelled, UnknownJob


def states(studio):
    return [(job.project, job.state, job.step, job.fraction) for job in studio.sources.jobs()]


def test_its_steps_are_shown_until_it_is_made(studio):
    with studio.sources.making("flights", "the demo") as report:
        report("Fitting, fold 2 of 5", 0.2, 0)
        assert states(studio) == [("flights", "running", "Fitting, fold 2 of 5", 0.2)]

    assert states(studio) == [("flights", "done", "", 1.0)]
    told = [data["step"] for topic, data in studio.events.told if topic == "import"]
    assert "Fitting, fold 2 of 5" in told


def test_cancelled_it_stops_at_the_next_step(studio):
    def make():
        with studio.sources.making("flights", "the demo") as report:
            report("Fitting, fold 2 of 5", 0.2, 0)
            (job,) = studio.sources.jobs()
            studio.sources.cancel(job.id)
            report("Fitting, fold 3 of 5", 0.4, 0)

    with pytest.raises(MakingCancelled, match="flights"):
        make()

    assert [state for _, state, *_ in states(studio)] == ["cancelled"]
    (job,) = studio.sources.jobs()
    with pytest.raises(JobEnded):
        studio.sources.cancel(job.id)
    with pytest.raises(UnknownJob):
        studio.sources.cancel("another")


def test_what_goes_wrong_while_making_is_a_failed_job(studio):
    with pytest.raises(OSError, match="full"), studio.sources.making("flights", "the demo"):
        raise OSError("The disk is full.")

    (job,) = studio.sources.jobs()
    assert (job.state, job.error["title"]) == ("failed", "Import was ended")
