"""The algorithms that come with DebiAI Studio: one function each, as a package of others has."""

from __future__ import annotations

from debiai_studio.algorithms.kinds.classification_metric import classification_metric
from debiai_studio.algorithms.kinds.k_means_clusters import k_means_clusters
from debiai_studio.algorithms.kinds.near_duplicates import near_duplicates
from debiai_studio.algorithms.kinds.outlier_score import outlier_score
from debiai_studio.algorithms.kinds.pca_projection import pca_projection
from debiai_studio.algorithms.kinds.regression_metric import regression_metric

KINDS = (
    classification_metric,
    regression_metric,
    outlier_score,
    near_duplicates,
    pca_projection,
    k_means_clusters,
)
