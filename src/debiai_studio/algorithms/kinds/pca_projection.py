"""Many columns drawn in two."""

from __future__ import annotations

from typing import NamedTuple

from debiai_studio.algorithms.hints import Features, Numbers
from debiai_studio.algorithms.kinds.scaled import complete_rows, scikit_learn, spread


class PcaProjection(NamedTuple):
    """What is told of each row, and of all.

    Attributes:
        pca_1: The coordinate in the direction in which the rows differ most.
        pca_2: The same in the second direction, at a right angle to the first.
        explained_1: Share of the variance in the first direction, 0 to 1.
        explained_2: Share of the variance in the second direction, 0 to 1.
    """

    pca_1: Numbers
    pca_2: Numbers
    explained_1: float
    explained_2: float


def pca_projection(features: Features, *, scale: bool = True) -> PcaProjection:
    """PCA projection.

    Principal components: two coordinates that keep as much as possible of how the rows differ.
    Rows that lack a value have none.

    Args:
        features: The columns of numbers to project; at least two.
        scale: Give each column deviation 1 first, so that its unit does not matter.
    """
    rows, complete = complete_rows(features, 2, scale=scale)
    n_components = min(2, rows.shape[1])
    model = scikit_learn("decomposition").PCA(n_components=n_components, svd_solver="full")
    points = model.fit_transform(rows)
    second = points[:, 1] if n_components > 1 else points[:, 0] * 0
    shares = [*model.explained_variance_ratio_.tolist(), 0.0]
    return PcaProjection(
        pca_1=spread(points[:, 0], complete),
        pca_2=spread(second, complete),
        explained_1=shares[0],
        explained_2=shares[1],
    )
