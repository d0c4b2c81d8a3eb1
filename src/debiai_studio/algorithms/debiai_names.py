"""The functions of this machine under the names that DebiAI has for its own."""

from __future__ import annotations

from collections.abc import Iterable

from debiai_studio.algorithms.model import Algorithm

INTEGRATED = "Integrated Algo-provider"
INTEGRATED_URL = "/app/algo-provider"

_IDS = {
    "classification_metric": "classificationErrorMetric",
    "regression_metric": "regressionErrorMetric",
}
_HERE = {there: here for here, there in _IDS.items()}
_NAMES = {"ceiling": "Ceil", "correct_predictions": "Number of correct predictions"}


def id_here(id_: str) -> str:
    """Our id of an algorithm that was named by DebiAI's, or by ours."""
    return _HERE.get(id_, id_)


def name_there(name: str) -> str:
    """What DebiAI calls an input or an output: in words."""
    words = name.replace("_", " ")
    return _NAMES.get(name, words[:1].upper() + words[1:])


def name_here(given: str, known: Iterable[str]) -> str:
    """The name of the parameter, which may have been given in DebiAI's words."""
    names = list(known)
    if given in names:
        return given
    return next((name for name in names if name_there(name) == given), given)


def renamed(algorithm: Algorithm) -> Algorithm:
    """The algorithm with the names of DebiAI."""
    return algorithm.model_copy(
        update={
            "id": _IDS.get(algorithm.id, algorithm.id),
            "inputs": [
                one.model_copy(update={"name": name_there(one.name)}) for one in algorithm.inputs
            ],
            "outputs": [
                one.model_copy(update={"name": name_there(one.name)}) for one in algorithm.outputs
            ],
        }
    )
