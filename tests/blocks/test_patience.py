"""Who comes second waits for a while, and not without limit."""

from __future__ import annotations

import threading

import pytest

from debiai_studio.blocks.patience import Patience
from debiai_studio.projects.errors import ProjectBusy
from debiai_studio.projects.model import ProjectRef

REF = ProjectRef("local", "flights")


@pytest.fixture
def patience(monkeypatch):
    monkeypatch.setattr("debiai_studio.blocks.patience._SECONDS", 0.1)
    return Patience()


def test_who_waits_behind_a_change_that_lasts_is_told_that_the_project_is_busy(patience):
    begun, ended = threading.Event(), threading.Event()

    def last() -> bool:
        begun.set()
        return ended.wait(60)

    lasting = threading.Thread(target=patience.run, args=(REF, last))
    lasting.start()
    begun.wait(60)

    with pytest.raises(ProjectBusy):
        patience.run(REF, lambda: None)
    assert patience.run(ProjectRef("local", "other"), lambda: "done") == "done"

    ended.set()
    lasting.join()
    assert patience.run(REF, lambda: "done") == "done"


def test_a_change_that_meets_another_is_made_again_until_it_fits(patience):
    busy = iter([ProjectBusy(REF), ProjectBusy(REF)])

    def change() -> str:
        if (error := next(busy, None)) is not None:
            raise error
        return "done"

    assert patience.run(REF, change) == "done"


def test_nothing_is_kept_of_projects_that_nobody_changes(patience):
    for number in range(100):
        patience.run(ProjectRef("local", str(number)), lambda: None)

    assert len(patience._turns) == 0
