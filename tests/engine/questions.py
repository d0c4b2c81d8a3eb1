"""Questions that every measure is asked over the awkward world, and their comparison."""

from __future__ import annotations

from pyroaring import BitMap
from tests.engine.agreement import Agreement

from debiai_studio.datasets.predicate import And, Not, OneOf, Range
from debiai_studio.engine.model import Scope, View
from debiai_studio.engine.plan import Plan

MODELS = ("zeta", "alpha", "mid.dle")
SAMPLE_COLUMNS = [
    "number", "smooth", "big", "count", "constant", "nothing", "text", "Text", "flag", "naive",
    "zoned", "score",
]  # fmt: skip
NUMERIC = ["number", "smooth", "big", "count", "constant", "nothing", "naive", "zoned", "score"]
RESULTS = ["model", "prediction", "label", "score (result)"]
SCOPES = {
    "samples": Scope(),
    "rows": Scope(MODELS, "union"),
    "common": Scope(("alpha", "zeta"), "intersection", samples=BitMap(range(120))),
    "wide": Scope(("alpha", "zeta"), "union", "columns"),
    "nobody": Scope(samples=BitMap()),
}
FILTERS = {
    "none": None,
    "some": And(children=(Range(id="a", column="score", min="0.2", max="0.8"),)),
    "few": And(children=(OneOf(id="a", column="text", values=("é",)),)),
    "nothing": Not(child=And()),
}


def agree(world, measures, scope, filters, colour) -> None:
    """The engine's answers are those that NumPy and pandas find in the same rows."""
    plan = Plan({str(k): measure for k, measure in enumerate(measures)})
    answer = world.ask(View("w", plan), scope=scope, filters=filters, colour=colour)
    assert not answer.errors, answer.errors
    agreement = Agreement(world, scope, filters, answer.colour)
    for name, measure in plan.measures.items():
        agreement.check(measure, answer.views["w"][name])
    if answer.colour:
        counts = [agreement.group.count(g) for g in range(len(agreement.labels))]
        assert answer.colour["counts"] == counts
