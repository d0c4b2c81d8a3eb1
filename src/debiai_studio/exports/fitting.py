"""How a document fits its method: whole, in chunks, by reference, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, runtime_checkable

from debiai_studio.exports.errors import DocumentTooLarge, InvalidMethod
from debiai_studio.exports.model import ExportMethod
from debiai_studio.exports.outline import Outlines
from debiai_studio.exports.ports import NewDelivery, Sender
from debiai_studio.exports.references import References
from debiai_studio.exports.registry import ExportMethods

# Larger chunks are no better, and a sender has some of them in memory at once.
LARGEST_CHUNK = 1024 * 1024
# Receivers that say their limit take documents up to this size; for these nobody waits.
SMALLEST_LIMIT = 64 * 1024


@runtime_checkable
class Limited(Protocol):
    """A sender whose receivers say what they take."""

    def limit_asked(self, method: ExportMethod) -> int | None:
        """The largest document in bytes; waits some seconds for an answer not known yet."""
        ...


class Fitting:
    """Decides once, when an export is accepted, in which form its document is sent."""

    def __init__(
        self,
        *,
        methods: ExportMethods,
        senders: Mapping[str, Sender],
        outlines: Outlines,
        references: References,
    ) -> None:
        self._methods = methods
        self._senders = senders
        self._outlines = outlines
        self._references = references

    def fitted(self, row: NewDelivery, method: ExportMethod) -> NewDelivery:
        """The row in the form that the method takes.

        Raises DocumentTooLarge, and UnknownData when the ids of the row are gone.
        """
        limit = self._limit(method)
        if limit is None:
            return row
        size = self._outlines.size_of(row)
        if size is not None and SMALLEST_LIMIT < size <= limit:
            limit = self._limit(method, asked=True) or limit
        if size is None or size <= limit:
            return row
        if row.kind == "changes":  # what puts a stream together knows whole documents
            raise DocumentTooLarge(size, limit, self._remedy(row, method))
        if method.large == "chunk":
            return replace(row, chunk_bytes=min(limit, LARGEST_CHUNK))
        if method.large == "reference" and row.members is not None:
            referred = self._references.referred(row)
            if len(referred.document or b"") <= limit:
                return referred
        raise DocumentTooLarge(size, limit, self._remedy(row, method))

    def _limit(self, method: ExportMethod, *, asked: bool = False) -> int | None:
        sender = self._senders.get(method.type)
        if sender is None:
            return None
        try:
            ready = self._methods.ready(method)
            if asked and isinstance(sender, Limited):
                return sender.limit_asked(ready)
            return sender.limit(ready)
        except InvalidMethod:  # each attempt says so
            return None

    def _remedy(self, row: NewDelivery, method: ExportMethod) -> str:
        options = self._senders[method.type].options
        limits = [str(option["name"]) for option in options if option.get("is_limit")]
        raised = (
            f"raise {' or '.join(limits) or 'the limit'} of the method, if its receiver takes more"
        )
        if row.kind == "changes":
            return (
                "The changes of a stream are sent whole, neither in chunks nor by reference. "
                f"Choose: {raised}; or make a stream of a rule that selects fewer samples."
            )
        by_name = {option["name"]: option for option in options}
        offered = by_name.get("large", {}).get("choices", [])
        of_samples = row.members is not None
        choices = [
            raised,
            *["set its option large=chunk"] * ("chunk" in offered),
            *["set its option large=reference"] * ("reference" in offered and of_samples),
            *["export fewer samples"] * of_samples,
        ]
        return f"Choose: {'; or '.join(choices)}."
