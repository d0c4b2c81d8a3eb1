"""The demo's models predict days that they have not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from debiai_studio.demo import flights

DAYS, FLIGHTS_A_DAY = 120, 30


@pytest.mark.parametrize("model", flights.MODELS)
def test_a_delay_that_is_the_same_all_day_cannot_be_known_beforehand(model):
    chance = np.random.default_rng(3)
    rows = DAYS * FLIGHTS_A_DAY
    table = pd.DataFrame({name: chance.normal(size=rows) for name in flights.NUMBERS})
    for name in flights.TEXT:
        table[name] = chance.choice(["a", "b", "c"], rows)
    day = np.repeat(np.arange(DAYS), FLIGHTS_A_DAY)
    table["month"], table["day"] = day // 28 + 1, day % 28 + 1
    truth = np.repeat(chance.normal(scale=30, size=DAYS), FLIGHTS_A_DAY)
    truth[::17] = np.nan

    predicted = flights._out_of_fold(model, table, truth)

    assert np.isfinite(predicted).all()
    known = np.isfinite(truth)
    assert np.corrcoef(predicted[known], truth[known])[0, 1] < 0.5
