"""The demo's models predict days that they have not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from debiai_studio.demo import flights

DAYS, FLIGHTS_A_DAY = 120, 30


def small_table() -> pd.DataFrame:
    """Flights of noise, whose delay is one number a day; some have none."""
    chance = np.random.default_rng(3)
    rows = DAYS * FLIGHTS_A_DAY
    table = pd.DataFrame({name: chance.normal(size=rows) for name in flights.NUMBERS})
    for name in flights.TEXT:
        table[name] = chance.choice(["a", "b", "c"], rows)
    day = np.repeat(np.arange(DAYS), FLIGHTS_A_DAY)
    table["month"], table["day"] = day // 28 + 1, day % 28 + 1
    table["arr_delay"] = np.repeat(chance.normal(scale=30, size=DAYS), FLIGHTS_A_DAY)
    table.loc[::17, "arr_delay"] = np.nan
    return table


@pytest.mark.parametrize("model", flights.MODELS)
def test_a_delay_that_is_the_same_all_day_cannot_be_known_beforehand(model):
    table = small_table()
    truth = table["arr_delay"].to_numpy()

    predicted = flights._out_of_fold(model, table, truth, lambda _fold: None)

    assert np.isfinite(predicted).all()
    known = np.isfinite(truth)
    assert np.corrcoef(predicted[known], truth[known])[0, 1] < 0.5


def test_each_fold_of_each_model_is_told_before_it_begins(tmp_path, monkeypatch):
    monkeypatch.setattr(flights, "_read", small_table)
    told = []

    flights.write_flights(tmp_path / "demo" / "flights.parquet", lambda *step: told.append(step))

    fits = [step for step, _share in told if "Fitting" in step]
    assert len(fits) == len(flights.MODELS) * flights.FOLDS
    assert fits[0] == "Fitting the model ridge (1 of 2), fold 1 of 5"
    assert fits[-1] == "Fitting the model boosting (2 of 2), fold 5 of 5"
    shares = [share for _step, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["flights.parquet"]
