"""What every type of export method is built with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from debiai_studio.egress import Egress, EgressPolicy
from debiai_studio.exports.callbacks import Callbacks
from debiai_studio.exports.delivery import Clock, utc_now
from debiai_studio.exports.model import ExportMethod, Origin


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``egress``: where connections may go; ``page_folders``: where methods of the page write.

    ``public_url``: this server as receivers reach it, without a slash at its end, when that is
    known. ``environ`` is the operator's, so never for a method of the page. ``callbacks`` makes the
    addresses at which a receiver gives back values later.
    """

    egress: Egress = field(default_factory=lambda: Egress.of(loopback_server=True))
    page_folders: tuple[Path, ...] = ()
    clock: Clock = utc_now
    public_url: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    callbacks: Callbacks | None = None

    def policy(self, method: ExportMethod) -> EgressPolicy:
        """Where the connections of a method may go."""
        return self.egress.others if method.origin is Origin.PAGE else self.egress.trusted
