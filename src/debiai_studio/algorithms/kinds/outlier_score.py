"""How unlike the others a row is."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from debiai_studio.algorithms.hints import Features, Numbers, Progress
from debiai_studio.algorithms.kinds.scaled import complete_rows, scikit_learn, spread


class OutlierScore(NamedTuple):
    """What is told of each row.

    Attributes:
        outlier_score: 0 to 1; rows that are easily told apart from all others are near 1, ordinary
            ones below 0.5.
    """

    outlier_score: Numbers


def outlier_score(
    features: Features,
    trees: Annotated[int, Field(ge=10, le=1000)] = 100,
    seed: Annotated[int, Field(ge=0)] = 0,
    progress: Progress = lambda _share: None,
) -> OutlierScore:
    """Outlier score.

    An isolation forest (Liu, Ting and Zhou, 2008): how few random cuts tell a row apart from the
    others. Rows that lack a value have no score.

    Args:
        features: The columns of numbers to compare.
        trees: How many trees are grown; more are steadier and slower.
        seed: The same seed gives the same scores.
        progress: Told the share that is done.
    """
    rows, complete = complete_rows(features, 2, scale=False)
    forest = scikit_learn("ensemble").IsolationForest(
        n_estimators=trees, random_state=seed, max_samples=min(256, len(rows))
    )
    forest.fit(rows)
    scores = np.empty(len(rows))
    step = 50_000
    for start in range(0, len(rows), step):
        scores[start : start + step] = -forest.score_samples(rows[start : start + step])
        progress(min(start + step, len(rows)) / len(rows))
    return OutlierScore(spread(scores, complete))
