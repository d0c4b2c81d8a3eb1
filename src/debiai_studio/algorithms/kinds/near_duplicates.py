"""Rows that are nearly the same."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from debiai_studio.algorithms.hints import Features, Numbers, Progress
from debiai_studio.algorithms.kinds.scaled import complete_rows, scikit_learn, spread

_AT_ONCE = 2_000


class NearDuplicates(NamedTuple):
    """What is told of each row, and of all.

    Attributes:
        duplicate_group: The number of the group of near duplicates, 0 for a row without any.
        distance_to_nearest: The distance to the nearest other row, in standard deviations.
        groups: How many groups there are.
        rows_in_groups: How many rows have a near duplicate.
    """

    duplicate_group: list[int | None]
    distance_to_nearest: Numbers
    groups: int
    rows_in_groups: int


def near_duplicates(
    features: Features,
    distance: Annotated[float, Field(ge=0)] = 0.01,
    progress: Progress = lambda _share: None,
) -> NearDuplicates:
    """Near duplicates.

    Rows within a distance of each other, and those that such rows join, are a group. Columns are
    scaled to deviation 1 first, so that the distance is in standard deviations. Rows that lack a
    value are in no group.

    Args:
        features: The columns of numbers to compare.
        distance: How near two rows are at most; 0 finds equal ones.
        progress: Told the share that is done.
    """
    rows, complete = complete_rows(features, 2, scale=True)
    neighbours = scikit_learn("neighbors").NearestNeighbors(n_neighbors=2).fit(rows)
    nearest = np.empty(len(rows))
    parents = np.arange(len(rows))
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        nearest[start : start + _AT_ONCE] = neighbours.kneighbors(part)[0][:, 1]
        found = neighbours.radius_neighbors(part, distance, return_distance=False)
        for place, others in enumerate(found, start):
            _join(parents, place, others)
        progress(min(start + _AT_ONCE, len(rows)) / len(rows))
    roots = np.array([_root(parents, place) for place in range(len(rows))])
    numbers = _numbered(roots)
    groups = np.zeros(len(complete), np.int64)
    groups[complete] = numbers
    return NearDuplicates(
        duplicate_group=pa.array(groups, mask=~complete),
        distance_to_nearest=spread(nearest, complete),
        groups=int(numbers.max(initial=0)),
        rows_in_groups=int(np.count_nonzero(numbers)),
    )


def _root(parents: npt.NDArray[np.int64], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = int(parents[place])
    return place


def _join(parents: npt.NDArray[np.int64], place: int, others: npt.NDArray[Any]) -> None:
    root = _root(parents, place)
    for other in others.tolist():
        if other <= place:  # each pair once
            joined = _root(parents, other)
            parents[max(root, joined)] = min(root, joined)
            root = min(root, joined)


def _numbered(roots: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Groups of several by 1, 2, … in the order of their first rows; 0 for rows by themselves."""
    found, inverse, counts = np.unique(roots, return_inverse=True, return_counts=True)
    numbers = np.zeros(len(found), np.int64)
    numbers[counts > 1] = np.arange(1, int(np.count_nonzero(counts > 1)) + 1)
    return numbers[inverse]
