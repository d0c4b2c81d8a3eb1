"""The built-in algorithms, against what NumPy, pandas, SciPy and scikit-learn say."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest
from sklearn.metrics import accuracy_score, adjusted_rand_score
from tests.contracts.algorithm import AlgorithmContract

from debiai_studio.algorithms.errors import InvalidInput, PackageMissing
from debiai_studio.algorithms.kinds import (
    KINDS,
    classification_metric,
    k_means_clusters,
    near_duplicates,
    outlier_score,
    pca_projection,
    regression_metric,
)

RANDOM = np.random.default_rng(11)


def numbers(values) -> np.ndarray:
    return pa.array(values).to_numpy(zero_copy_only=False).astype(float)


@pytest.mark.parametrize("function", KINDS, ids=lambda function: function.__name__)
def test_every_built_in_algorithm_fulfils_the_contract(function):
    AlgorithmContract(function).check_all()


def test_classes_are_compared_as_scikit_learn_does_and_gaps_do_not_count():
    truth = RANDOM.choice(["cat", "dog", "cow"], 500)
    told = RANDOM.choice(["cat", "dog", "cow"], 500)
    gaps = RANDOM.random(500) < 0.1

    metric = classification_metric(pa.array(truth), pa.array(told, mask=gaps))

    assert metric.accuracy == pytest.approx(accuracy_score(truth[~gaps], told[~gaps]))
    assert metric.compared == np.count_nonzero(~gaps)
    assert metric.correct_predictions == np.count_nonzero((truth == told) & ~gaps)
    frame = pd.DataFrame({"right": metric.binary_success, "wrong": metric.binary_error})
    assert frame["right"].isna().tolist() == gaps.tolist()
    assert (frame["right"][~gaps].astype(bool) == (truth == told)[~gaps]).all()
    assert (frame["wrong"][~gaps].astype(bool) == (truth != told)[~gaps]).all()


@pytest.mark.parametrize(
    ("truth", "told", "right"),
    [
        pytest.param([1, 2, 3], [1.0, 2.5, 3.0], [True, False, True], id="whole and decimal"),
        pytest.param([2**53 + 1, 5], [float(2**53), 5.0], [False, True], id="beyond 2^53"),
        pytest.param(["1", "2"], [1, 3], [True, False], id="text and whole"),
        pytest.param([1.0, 2.0], [1, 2], [True, True], id="decimal and whole"),
        pytest.param([True, False], ["true", "true"], [True, False], id="boolean and text"),
    ],
)
def test_classes_of_other_types_are_compared_exactly(truth, told, right):
    metric = classification_metric(pa.array(truth), pa.array(told))

    assert pa.array(metric.binary_success).to_pylist() == right


def test_nothing_to_compare_gives_no_accuracy_instead_of_a_division_by_zero():
    nothing = pa.nulls(3, pa.string())

    assert np.isnan(classification_metric(nothing, nothing).accuracy)
    empty = np.full(3, np.nan)
    assert np.isnan(regression_metric(empty, empty).error_percentage)


def test_errors_are_those_of_pandas_and_rows_with_gaps_are_in_no_percentage():
    frame = pd.DataFrame({"truth": RANDOM.normal(0, 5, 400), "told": RANDOM.normal(0, 5, 400)})
    frame.loc[frame.index % 7 == 0, "told"] = np.nan

    metric = regression_metric(frame["truth"].to_numpy(), frame["told"].to_numpy(), ceiling=5)

    error = frame["truth"] - frame["told"]
    pd.testing.assert_series_equal(pd.Series(metric.error), error, check_names=False)
    pd.testing.assert_series_equal(pd.Series(metric.absolute_error), error.abs(), check_names=False)
    known = error.dropna()
    assert metric.compared == len(known)
    assert metric.error_percentage == pytest.approx((known.abs() > 5).mean() * 100)
    assert metric.success_percentage == pytest.approx((known.abs() <= 5).mean() * 100)
    above = [None if np.isnan(one) else bool(abs(one) > 5) for one in error]
    assert pa.array(metric.binary_error).to_pylist() == above
    within = [None if one is None else not one for one in above]
    assert pa.array(metric.binary_success).to_pylist() == within


def test_an_error_of_just_the_ceiling_is_acceptable():
    metric = regression_metric(np.array([5.0, 5.1]), np.zeros(2), ceiling=5)

    assert pa.array(metric.binary_success).to_pylist() == [True, False]


@pytest.mark.parametrize("metric", [classification_metric, regression_metric])
def test_columns_of_other_lengths_are_refused(metric):
    one, other = (np.zeros(3), np.zeros(2))
    if metric is classification_metric:
        one, other = pa.array(one), pa.array(other)

    with pytest.raises(InvalidInput, match="as long as"):
        metric(one, other)


def test_scores_are_those_of_an_isolation_forest_and_planted_outliers_have_the_highest():
    features = RANDOM.normal(size=(400, 3))
    planted = [17, 203]
    features[planted] = [[9, -9, 9], [-11, 10, 8]]
    features[40, 1] = np.nan

    score = numbers(outlier_score(features).outlier_score)

    complete = np.isfinite(features).all(axis=1)
    forest = IsolationForest(n_estimators=100, max_samples=256, random_state=0)
    expected = -forest.fit(features[complete]).score_samples(features[complete])
    np.testing.assert_allclose(score[complete], expected)
    assert np.isnan(score[40])
    assert set(np.argsort(-np.nan_to_num(score))[:2]) == set(planted)


def test_near_duplicates_are_the_connected_rows_of_all_pairs():
    features = RANDOM.normal(size=(150, 2))
    features[100:120] = features[:20] + RANDOM.normal(0, 0.001, (20, 2))
    features[120:125] = features[100:105]
    features[7] = np.nan

    found = near_duplicates(features, distance=0.02)

    complete = np.isfinite(features).all(axis=1)
    rows = features[complete]
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    distances = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    count, labels = connected_components(distances <= 0.02, directed=False)
    groups = pa.array(found.duplicate_group).to_pylist()
    assert groups[7] is None
    ours = np.array([one for one in groups if one is not None])
    sizes = np.bincount(labels)
    assert ((ours == 0) == (sizes[labels] == 1)).all()
    pairs = {(a, b) for a, b in zip(ours, labels, strict=True) if a}
    assert len(pairs) == len({a for a, _ in pairs}) == np.count_nonzero(sizes > 1) == found.groups
    assert found.rows_in_groups == np.count_nonzero(ours)
    assert count == found.groups + np.count_nonzero(sizes == 1)
    np.fill_diagonal(distances, np.inf)
    nearest = numbers(found.distance_to_nearest)[complete]
    np.testing.assert_allclose(nearest, distances.min(axis=1), atol=1e-7)


def test_equal_rows_are_found_with_the_distance_0():
    found = near_duplicates(np.array([[1.0], [2.0], [1.0], [5.0]]), distance=0)

    assert pa.array(found.duplicate_group).to_pylist() == [1, 0, 1, 0]


@pytest.mark.parametrize("scale", [True, False])
def test_the_projection_is_that_of_the_singular_value_decomposition(scale):
    features = RANDOM.normal(size=(80, 4)) * [1, 5, 0.1, 2] + [0, 9, 1, -4]

    found = pca_projection(features, scale=scale)

    centred = features - features.mean(axis=0)
    if scale:
        centred /= features.std(axis=0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    for place, values in enumerate((found.pca_1, found.pca_2)):
        expected = centred @ directions[place]
        sign = np.sign(expected @ values)
        np.testing.assert_allclose(values, sign * expected, atol=1e-9)
    shares = singular**2 / (singular**2).sum()
    assert (found.explained_1, found.explained_2) == pytest.approx(tuple(shares[:2]))


def test_well_parted_groups_are_the_clusters_and_the_largest_comes_first():
    sizes = (20, 90, 40)
    truth = np.repeat(np.arange(3), sizes)
    features = RANDOM.normal(size=(150, 2)) + truth[:, None] * [20, -20]

    found = k_means_clusters(features, clusters=3, scale=False)

    clusters = pa.array(found.cluster).to_pylist()
    assert adjusted_rand_score(truth, clusters) == 1
    assert [clusters.count(name) for name in ("1", "2", "3")] == sorted(sizes, reverse=True)
    centres = np.array([features[truth == group].mean(axis=0) for group in range(3)])
    distances = np.linalg.norm(features - centres[truth], axis=1)
    np.testing.assert_allclose(numbers(found.distance_to_centre), distances)
    assert found.inertia == pytest.approx((distances**2).sum())
    reference = KMeans(3, n_init=4, random_state=0).fit(features)
    assert found.inertia == pytest.approx(reference.inertia_)


def test_a_constant_column_says_nothing_and_harms_nothing():
    features = np.column_stack([np.full(30, 3.0), np.arange(30.0)])

    found = pca_projection(features)

    assert found.explained_1 == pytest.approx(1)
    assert np.isfinite(found.pca_2).all()


def test_without_scikit_learn_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.cluster", None)

    with pytest.raises(PackageMissing, match=r'pip install "debiai-studio\[algorithms\]"'):
        k_means_clusters(RANDOM.normal(size=(20, 2)), clusters=2)
