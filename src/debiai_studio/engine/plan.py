"""What can be asked of the engine: named measures over the rows of an analysis.

A widget turns its settings into a plan (a name for each measure); the engine answers it for all
rows of the scope and for those that pass every filter but the widget's own. No SQL crosses this
line. The shapes below are the contract: G colour groups, B bins, N rows.

Colour groups are the same for every widget of a query: the values of the colour column (all of
them up to 8; above, the 7 most frequent and "other" last; numbers are cut into 7 quantile
classes; a missing value has its own group at the end when there is one). Without a colour G = 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts per bin and colour.

    Arrays: ``edges`` float64 [B+1] (number and time axes only), ``all`` uint32 [B] (scope,
    unfiltered), ``counts`` uint32 [G, B]. Meta: ``axis``, ``missing`` {all, selected},
    ``nan``, ``inf`` likewise, and ``below``, ``above``: finite values beyond the bins. There are
    some only when ``shown`` is "core" and the column has one (see ``core_window``): the bins then
    cut that. Category axes list the ``bins`` - 1 most frequent values and "other", or all of them
    when they fit.
    """

    column: str
    bins: int = 40
    order: Literal["frequency", "value"] = "frequency"
    shown: Literal["everything", "core"] = "everything"
    kind: str = field(default="histogram", init=False)


@dataclass(frozen=True, slots=True)
class Raster:
    """Counts per cell of a grid and colour, for a window of the plane.

    Arrays: ``counts`` uint32 [G, height, width] (row 0 is the lowest y), ``all`` uint32
    [height, width]. Meta: ``x``, ``y`` axes, ``outside`` rows without a place on it (missing,
    NaN, infinite, beyond the window), ``inside`` the selected rows drawn, ``beyond`` {rows, x:
    {below, above}, y: {below, above}} the selected rows with a place on both axes, but not in the
    window; a row that lies beyond it both ways is in both.
    Windows are (low, high) in axis coordinates (see ``Lasso``); None means everything, or with
    ``shown`` "core" the part of a column that has one (see ``core_window``).
    """

    x: str
    y: str
    width: int
    height: int
    x_window: tuple[float, float] | None = None
    y_window: tuple[float, float] | None = None
    shown: Literal["everything", "core"] = "everything"
    kind: str = field(default="raster", init=False)


@dataclass(frozen=True, slots=True)
class Points:
    """Single points, when no more than ``limit`` selected rows lie in the window.

    Arrays: ``x``, ``y`` float64 [N] in axis coordinates, ``colour`` uint8 [N], ``sample``
    uint32 [N] (sample numbers), ``model`` uint8 [N]. Meta: ``complete`` bool, ``inside`` int; the
    arrays are empty when not complete.
    """

    x: str
    y: str
    limit: int
    x_window: tuple[float, float] | None = None
    y_window: tuple[float, float] | None = None
    kind: str = field(default="points", init=False)


@dataclass(frozen=True, slots=True)
class BinnedStatistics:
    """Statistics of ``y`` in bins of ``x``, by colour, exact.

    Arrays: ``centres`` float64 [B] axis coordinates, ``edges`` float64 [B+1], ``count`` uint32
    [G, B] and ``mean``, ``std``, ``min``, ``q1``, ``median``, ``q3``, ``max`` float64 [G, B]; NaN
    where a bin is empty. ``std`` is the sample standard deviation (n - 1; 0 for one value).
    Quartiles are linearly interpolated (NumPy's default method); without ``quartiles`` the
    arrays ``q1``, ``median`` and ``q3`` are left out, which takes a third of the time. Only
    finite y count.
    Meta: ``x``, ``y`` axes.
    """

    x: str
    y: str
    bins: int = 30
    absolute: bool = False
    quartiles: bool = True
    kind: str = field(default="binned_statistics", init=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of one column, overall and by colour.

    Meta: ``axis``; ``overall`` and ``groups`` (a list beside the colour's labels), each
    {count, missing, nan, inf, distinct, and for numeric columns min, max, mean, std, variance,
    q1, median, q3 (null when nothing counts), for others top, frequency}. min, max and top are
    text in the canonical form of the type. ``all`` is the same, unfiltered.
    """

    column: str
    absolute: bool = False
    kind: str = field(default="summary", init=False)


@dataclass(frozen=True, slots=True)
class Lines:
    """A systematic sample of the selected rows over several axes, and the whole as faint ground.

    Arrays: ``positions`` float32 [N, columns] in 0..1 along each axis (NaN: no place), ``colour``
    uint8 [N], ``sample`` uint32 [N]; ``ground`` float32 [M, columns]: a sample of all rows.
    Meta: ``axes`` (with domain), ``sampled`` N, ``selected`` exact count, ``rows`` all.
    While filters tighten, the same rows are drawn as long as they pass, so that a brush does not
    make lines jump; when they loosen, rows earlier in the order take the places of others.
    """

    columns: tuple[str, ...]
    limit: int = 2000
    kind: str = field(default="lines", init=False)


@dataclass(frozen=True, slots=True)
class Combinations:
    """Rows by the combination of the values of several columns, and by colour, exact.

    Of each column all values are classes of their own up to ``values``; above, the most frequent
    ones, and "other" for the rest. Infinities, NaN and missing values are classes too. Of the N
    combinations that hold selected rows at most ``limit`` are given: those with most rows, or
    most ``weight``, in the order of their classes. C columns, K classes of all columns together.
    Arrays: ``classes`` uint8 [N, C]; ``counts`` uint32 [G, N], ``all`` uint32 [N];
    ``class_counts`` uint32 [G, K], ``class_all`` uint32 [K] (of every combination). With a
    weight also ``weights`` float64 [G, N] and ``class_weights`` [G, K]: sums of its finite values.
    Meta: ``columns`` [{column, type, zoned, classes, kinds, distinct}], ``combinations`` how many
    hold selected rows, ``selected`` rows, ``drawn`` rows of those given, ``weight``,
    ``without_weight`` selected rows whose weight is not finite.
    Raises Unsuitable above 100,000 combinations, and for weights below zero.
    """

    columns: tuple[str, ...]
    values: int = 20
    weight: str | None = None
    limit: int = 300
    kind: str = field(default="combinations", init=False)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values ``y`` and their intervals from ``lower`` to ``upper``, ends included, along ``x``.

    Judged is a row in which all three are finite; integers are compared to the last digit.
    Arrays: ``edges`` float64 [B+1], ``centres`` [B], ``count`` (judged) and ``inside`` uint32
    [G, B], ``mean`` of y, ``lower`` and ``upper`` float64 [G, B] (means over the judged rows; NaN
    where there are none). Of a systematic sample of judged rows with a place on x, at most
    ``limit``: ``x``, ``y``, ``y_lower``, ``y_upper`` float64 [N] in axis coordinates,
    ``is_inside``, ``colour`` uint8 [N], ``sample`` uint32 [N].
    Meta: ``x``, ``y``, ``lower``, ``upper`` axes, ``rows`` selected, ``judged``, ``inside`` of
    them, ``groups`` the same by colour, ``placed`` judged rows with a place on x, ``sampled`` N.
    Exact but for the sample.
    """

    x: str
    y: str
    lower: str
    upper: str
    bins: int = 60
    limit: int = 2000
    kind: str = field(default="intervals", init=False)


@dataclass(frozen=True, slots=True)
class Stars:
    """Mean and standard deviation of ``x`` and ``y`` by colour, or by the values of a column.

    With ``group_by`` the S groups are its classes, as in ``Combinations`` with ``limit`` values,
    whatever the colours; else they are the colour groups. A row counts when x and y are both
    finite.
    Arrays: ``count`` uint32 [S], ``x_mean``, ``x_std``, ``y_mean``, ``y_std`` float64 [S]. ``std``
    is the sample standard deviation (n - 1), NaN for fewer than two rows. Exact.
    Meta: ``x``, ``y`` axes, ``absolute`` {x, y: bool}, ``groups`` {column, type, zoned, classes,
    kinds, distinct} or null, ``selected`` rows, ``counted`` of them.
    """

    x: str
    y: str
    absolute_x: bool = False
    absolute_y: bool = False
    group_by: str | None = None
    limit: int = 100
    kind: str = field(default="stars", init=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows for a table. Arrow columns; see ``meta.columns``.

    Meta: ``total`` selected rows, ``offset``, ``columns`` [{name, type, values: [text or null]}]
    for the columns asked, ``sample`` [sample numbers], ``ids`` [text], ``model`` [text or null].
    Values are canonical text (NaN ``"nan"``, infinities ``"inf"``/``"-inf"``), never floats of
    int64. Missing values sort last in both directions; ties keep import order.
    """

    columns: tuple[str, ...]
    sort: str | None = None
    descending: bool = False
    offset: int = 0
    limit: int = 100
    kind: str = field(default="page", init=False)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows by the class of ``truth`` and of ``prediction``, by colour.

    The classes are the values of both columns in one order: numbers by value, texts naturally
    (2 before 10), then NaN and missing where there are any. Values of two types are one class when
    they are equal as numbers, or when a text names the other's value.
    Arrays: ``counts`` uint32 [G, C, C], truth in rows; ``all`` uint32 [C, C] (scope, unfiltered).
    Scores of all selected rows, then of each group, over the V classes that are values (rows with
    NaN or without a value on either side are not scored): ``scored`` uint32 [1 + G] how many,
    ``accuracy`` float64 [1 + G], ``support`` uint32 [1 + G, V], ``precision``, ``recall``, ``f1``
    float64 [1 + G, V]; NaN where they would be shares of nothing.
    Meta: ``truth``, ``prediction`` {column, type, zoned}; ``values`` V; ``classes`` [{label, type,
    aside: null, "nan" or "missing", truth: [texts], prediction: [texts]}], the canonical texts of
    the class in either column. Raises Unsuitable when V > 100.
    """

    truth: str
    prediction: str
    kind: str = field(default="confusion", init=False)


@dataclass(frozen=True, slots=True)
class Correlation:
    """How closely columns of numbers, times or booleans (0 and 1) go together, pair by pair.

    Of the K columns over the selected rows of all colours with a finite value in both columns of a
    pair; two columns of the samples count each sample once, also with models as rows. Pearson's
    product-moment correlation, or Spearman's: that of the ranks within the pair's rows, equal
    values sharing the mean of theirs.
    Arrays [K, K]: ``r`` float64 (NaN where a column is constant there: undefined), ``p`` float64
    two-sided p-values by Student's t (NaN for fewer than three rows), ``n`` uint32 rows or samples.
    Meta: ``columns`` names, ``method``, ``of_samples`` by column: pairs of two such count samples.
    Raises Unsuitable for any other type of column.
    """

    columns: tuple[str, ...]
    method: Literal["pearson", "spearman"] = "pearson"
    kind: str = field(default="correlation", init=False)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A systematic sample of the selected rows in three dimensions.

    Arrays: ``x``, ``y``, ``z`` float64 [N] in axis coordinates, ``colour`` uint8 [N], ``sample``
    uint32 [N], ``model`` uint8 [N]. Meta: ``x``, ``y``, ``z`` axes, ``selected`` rows, ``inside``
    how many of them have a place on all three, ``sampled`` N, ``models``. The rows stay the same
    as those of ``Lines`` do.
    """

    x: str
    y: str
    z: str
    limit: int = 10_000
    kind: str = field(default="cloud", init=False)


Measure = (
    BinnedStatistics
    | Cloud
    | Combinations
    | Confusion
    | Correlation
    | Histogram
    | Intervals
    | Lines
    | Page
    | Points
    | Raster
    | Stars
    | Summary
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Named measures, and whether they count rows (sample x model) or samples."""

    measures: dict[str, Measure]
    unit: Literal["rows", "samples"] = "rows"
