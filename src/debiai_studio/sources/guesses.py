"""What the names of columns suggest: the sample id, the ground truth, results of models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from debiai_studio.datasets.model import Category

N_CANDIDATES = 4

_ID_NAMES = (
    re.compile(r"^(sample|row|record)?_?ids?$"),
    re.compile(r"^(uu|u|gu)id$|_(uu|u|gu)id$"),
    re.compile(r"^id_|_id$"),
    re.compile(r"^(index|idx|key|__index_level_0__|unnamed:_0|column_1)$"),
)
_GROUND_TRUTH = re.compile(
    r"^(labels?|truth|(ground_?truth|gt|gdt)(_.*)?|targets?|y|y_true|actual)$|_(label|gt|truth)$"
)
_INPUT = re.compile(r"^(inputs?|features?|feats?|x)(_.*|\d+)?$")
_CONTEXT = re.compile(r"^(context|ctx|meta)(_.*)?$")

_PREDICTION = r"predictions?|preds?|predicted|y_?pred|y_?hat"
_RESULT = (
    rf"{_PREDICTION}|scores?|probas?|probability|confidence|logits?|errors?|loss|outputs?|results?"
)
_LONE = re.compile(rf"^(model_)?({_PREDICTION})$", re.IGNORECASE)
_DOTTED = re.compile(rf"^(?P<model>.+)\.(?P<result>{_RESULT})$", re.IGNORECASE)
_SUFFIX = re.compile(rf"^(?P<model>.+)_(?P<result>{_PREDICTION})$", re.IGNORECASE)
_PREFIX = re.compile(r"^(?P<result>pred|prediction)_(?P<model>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResultOf:
    """A column that is a result of a model."""

    model: str
    result: str


def id_candidates(names: Sequence[str]) -> list[str]:
    """The columns whose names look like those of ids, likeliest first."""
    ranked = []
    for position, name in enumerate(names):
        plain = _snake(name)
        rank = next((rank for rank, each in enumerate(_ID_NAMES) if each.search(plain)), None)
        is_unnamed = plain == "column_1" and position > 0
        if rank is not None and not is_unnamed:
            ranked.append((rank, position, name))
    return [name for _, _, name in sorted(ranked)][:N_CANDIDATES]


def category_of(name: str) -> Category:
    """The category that a column's name suggests."""
    plain = _snake(name)
    if _GROUND_TRUTH.search(plain):
        return Category.GROUNDTRUTH
    if _INPUT.search(plain):
        return Category.INPUT
    return Category.CONTEXT if _CONTEXT.search(plain) else Category.OTHER


def results_of(names: Sequence[str]) -> dict[str, ResultOf]:
    """The columns that look like results of models.

    A prediction names its model (``net_prediction``, ``pred_net``, ``net.prediction``); further
    columns of a model so named are its results too (``net_error``, ``net.latency``).
    """
    found: dict[str, ResultOf] = {}
    for name in names:
        if _LONE.match(name):
            found[name] = ResultOf("model", name)
        elif match := _DOTTED.match(name) or _SUFFIX.match(name):
            found[name] = ResultOf(match["model"], match["result"])
        elif match := _PREFIX.match(name):
            found[name] = ResultOf(match["model"], "prediction")
    models = {result.model for result in found.values()}
    for name in names:
        for model in sorted(models, key=len, reverse=True):
            rest = name.removeprefix(model)
            is_more = len(rest) > 1 and rest != name and rest[0] in "._"
            if name not in found and is_more and (rest[0] == "." or _is_result(rest[1:])):
                found[name] = ResultOf(model, rest[1:])
    return _without_clashes(found)


def _is_result(name: str) -> bool:
    return re.fullmatch(_RESULT, name, re.IGNORECASE) is not None


def _without_clashes(found: dict[str, ResultOf]) -> dict[str, ResultOf]:
    seen: set[ResultOf] = set()
    kept = {}
    for name, result in found.items():
        if result not in seen:
            kept[name] = result
            seen.add(result)
    return kept


def _snake(name: str) -> str:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.strip())
    return (
        re.sub(r"[\s\-]+", "_", spaced).lower() if spaced.lower() != "unnamed:_0" else "unnamed:_0"
    )
