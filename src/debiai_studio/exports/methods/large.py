"""The option ``large``: what becomes of a document above the limit of a method."""

from __future__ import annotations

from typing import Any

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import ExportMethod, Large

LABELS: dict[Large, str] = {
    "refuse": "Refuse them, and say so beforehand",
    "chunk": "Send them in pieces, which the receiver puts together",
    "reference": "Send an address where the receiver fetches the ids",
}


def large_option(title: str, *choices: Large) -> dict[str, Any]:
    """The field of a form."""
    labels = {choice: LABELS[choice] for choice in choices}
    return {
        "name": "large",
        "title": title,
        "choices": [*choices],
        "labels": labels,
        "default": choices[0],
    }


def check_large(method: ExportMethod, option: dict[str, Any], surroundings: Surroundings) -> None:
    """Raise InvalidMethod when what the method says of large documents cannot work."""
    given = method.options.get("large", option["default"])
    if given not in option["choices"]:
        known = ", ".join(option["choices"])
        raise InvalidMethod(f'The option large, "{given}"', f"use one of {known}.")
    if given == "reference" and surroundings.public_url is None:
        remedy = "set public_url in [SERVER], the address at which receivers reach this server."
        raise InvalidMethod("The option large=reference", remedy)
