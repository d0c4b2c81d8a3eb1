"""Rows in groups of their like."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import pyarrow as pa
from pydantic import Field

from debiai_studio.algorithms.hints import Features, Numbers
from debiai_studio.algorithms.kinds.scaled import complete_rows, scikit_learn, spread


class KMeansClusters(NamedTuple):
    """What is told of each row, and of all.

    Attributes:
        cluster: The cluster of the row, from "1" on, the largest first.
        distance_to_centre: The distance to the centre of its cluster.
        inertia: Sum of the squared distances to the centres.
    """

    cluster: list[str | None]
    distance_to_centre: Numbers
    inertia: float


def k_means_clusters(
    features: Features,
    clusters: Annotated[int, Field(ge=2, le=100)] = 5,
    *,
    scale: bool = True,
    seed: Annotated[int, Field(ge=0)] = 0,
) -> KMeansClusters:
    """K-means clusters.

    Groups of rows that are near each other (Lloyd's algorithm from k-means++ starts, the best of
    four). Rows that lack a value are in no cluster.

    Args:
        features: The columns of numbers to compare.
        clusters: How many clusters to make.
        scale: Give each column deviation 1 first, so that its unit does not matter.
        seed: The same seed gives the same clusters.
    """
    rows, complete = complete_rows(features, clusters, scale=scale)
    model = scikit_learn("cluster").KMeans(n_clusters=clusters, n_init=4, random_state=seed)
    labels = model.fit_predict(rows)
    by_size = np.argsort(-np.bincount(labels, minlength=clusters), kind="stable")
    rank = np.empty(clusters, np.int64)
    rank[by_size] = np.arange(1, clusters + 1)
    numbers = np.zeros(len(complete), np.int64)
    numbers[complete] = rank[labels]
    distances = np.linalg.norm(rows - model.cluster_centers_[labels], axis=1)
    return KMeansClusters(
        cluster=pa.array(numbers, mask=~complete).cast(pa.string()),
        distance_to_centre=spread(distances, complete),
        inertia=float(model.inertia_),
    )
