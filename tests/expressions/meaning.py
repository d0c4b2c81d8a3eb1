"""What expressions mean, in plain Python: one value at a time, None for a missing one."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what has no zone
Truth = bool | None
INT64 = range(-(2**63), 2**63)


def lifted(function: Callable[..., object]) -> Callable[..., object]:
    """Missing as soon as one of the arguments is."""
    return lambda *given: None if any(one is None for one in given) else function(*given)


def whole(function: Callable[..., int]) -> Callable[..., object]:
    """Missing where 64 bits do not suffice."""

    def made(*given: int) -> int | None:
        value = function(*given)
        return value if value in INT64 else None

    return lifted(made)


def divided(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1, b)


def power(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        if a != 0:
            return math.nan
        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf


def logarithm(x: float, base: Callable[[float], float]) -> float:
    if x == 0:
        return -math.inf
    return math.nan if x < 0 else base(x)


def exponential(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def rounded(x: float) -> float:
    """Halves away from zero."""
    if not math.isfinite(x) or abs(x) >= 2**52:
        return x
    return math.copysign(math.floor(abs(x)) + (abs(x) % 1 >= 0.5), x)


def unchanged_if_not_finite(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: float(function(x)) if math.isfinite(x) else x


def extreme(choose: Callable[..., object]) -> Callable[..., object]:
    def made(*given: object) -> object:
        if any(isinstance(one, float) and math.isnan(one) for one in given):
            return math.nan
        return choose(given)

    return lifted(made)


def all_hold(a: Truth, b: Truth) -> Truth:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def one_holds(a: Truth, b: Truth) -> Truth:
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def moved(moment: datetime, seconds: float, sign: int) -> datetime | None:
    if not math.isfinite(seconds):
        return None
    micros = rounded(seconds * 1_000_000.0)
    if abs(micros) > 10**17:
        return None
    return moment + sign * timedelta(microseconds=int(micros))


def apart(a: datetime, b: datetime) -> float:
    return float((a - b) // timedelta(microseconds=1)) / 1_000_000.0


def in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC)
