"""The data set with everything awkward in it, one for all tests: answers do not change it."""

from __future__ import annotations

import pytest
from tests.engine.world import awkward_world


@pytest.fixture(scope="session")
def world():
    with awkward_world() as made:
        yield made
