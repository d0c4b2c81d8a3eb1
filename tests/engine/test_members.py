"""Sets of samples and masks of them are each other's picture, over any border of blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from debiai_studio.engine import members


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    whole, members._BLOCK = members._BLOCK, 7
    yield
    members._BLOCK = whole


@given(st.lists(st.booleans(), max_size=40))
def test_the_members_of_marks_are_the_places_that_are_marked(marked):
    marks = np.array(marked, np.uint8)

    assert list(members.members_of(marks)) == [i for i, mark in enumerate(marked) if mark]
    assert members.marks_of(members.members_of(marks), len(marks)).tolist() == marks.tolist()


@given(st.sets(st.integers(0, 60)), st.integers(0, 40))
def test_members_beyond_the_samples_there_are_get_no_mark(numbers, n_samples):
    marks = members.marks_of(BitMap(numbers), n_samples)

    assert marks.tolist() == [int(i in numbers) for i in range(n_samples)]
