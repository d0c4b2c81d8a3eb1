"""How likely a correlation is by chance."""

from __future__ import annotations

import math

# Fewer pairs always lie on a line.
_LEAST_PAIRS = 3
# Below, exp() is nothing in float64.
_NOTHING = -745.0
_PRECISION = 1e-15
_TINY = 1e-300
_MOST_STEPS = 100_000
# From here the series of gamma's ratio is exact in float64.
_LARGE = 50.0


def p_of(r: float, n: int) -> float:
    """The two-sided p-value of a correlation of ``n`` pairs: of one as strong when there is none.

    Of Student's t with n - 2 degrees of freedom, t = r sqrt((n - 2) / (1 - r r)): the regularised
    incomplete beta function I_(1 - r r)((n - 2) / 2, 1/2) (DLMF 8.17, Abramowitz and Stegun
    26.5.27 and 26.7.1). For Spearman's correlation this is the usual approximation. NaN for fewer
    than three pairs, or without a correlation.
    """
    if n < _LEAST_PAIRS or math.isnan(r):
        return math.nan
    return _incomplete_beta((n - 2) / 2, 0.5, (1 - r) * (1 + r), r * r)


def _incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """I_x(a, b) with ``rest`` = 1 - x; one of ``a`` and ``b`` is 1/2."""
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    logarithm = a * math.log(x) + b * math.log(rest) - _log_beta_half(max(a, b))
    front = math.exp(logarithm) if logarithm > _NOTHING else 0.0
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, rest) / b


def _log_beta_half(a: float) -> float:
    """The logarithm of B(a, 1/2); where a is large, without subtracting large numbers."""
    if a < _LARGE:
        return math.lgamma(a) + math.lgamma(0.5) - math.lgamma(a + 0.5)
    series = -1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5) + 17 / (14336 * a**7)
    return math.lgamma(0.5) - 0.5 * math.log(a) - series


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction DLMF 8.17.22, by the modified method of Lentz."""
    c, d = 1.0, 1 / _from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d = 1 / _from_zero(1 + part * d)
            c = _from_zero(1 + part / c)
            value *= d * c
        if abs(d * c - 1) < _PRECISION:
            break
    return value


def _from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
