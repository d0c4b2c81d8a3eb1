"""All types of export methods: the built-in ones and those of installed packages."""

from __future__ import annotations

from importlib.metadata import entry_points

from debiai_studio.errors import Conflict
from debiai_studio.exports.methods import BUILT_IN
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.ports import Sender

GROUP = "debiai_studio.exports"


class DuplicateType(Conflict):
    """Two installed packages bring the same type of export method."""

    code = "exports.duplicate_type"
    title = "Type defined twice"

    def __init__(self, type_: str) -> None:
        super().__init__(
            f'The type of export method "{type_}" is defined twice; uninstall one of the packages.'
        )
        self.type = type_


def build_senders(surroundings: Surroundings) -> dict[str, Sender]:
    """One sender per type. Raises DuplicateType; connects to nothing."""
    senders: dict[str, Sender] = {}
    kinds = (*BUILT_IN, *(point.load() for point in entry_points(group=GROUP)))
    for kind in kinds:
        if kind.type in senders:
            raise DuplicateType(kind.type)
        senders[kind.type] = kind(surroundings)
    return senders
