"""Why an export could not be requested or delivered.

StudioError
├── NotFound
│   ├── UnknownMethod
│   ├── UnknownDelivery
│   ├── UnknownCallback       the callback address is not one of ours
│   └── UnknownSchema
├── Invalid
│   ├── EmptySelection        nothing to send
│   ├── InvalidMethod         a parameter that cannot work
│   ├── InvalidText           a name, annotation or document that JSON cannot write
│   ├── DocumentTooLarge      larger than the method takes
│   └── RangeNotExportable    the axis cannot be written as a range
├── Forbidden
│   ├── CreationForbidden
│   ├── DeletionForbidden
│   └── AddressRefused        the address of ids is not one of ours
├── Gone
│   └── AddressGone           the address of ids is good no more
├── Conflict
│   ├── OutOfUse              the method was removed, or its receiver is gone
│   ├── DefinedElsewhere      it is defined in a file or the environment
│   ├── AlreadyFinal          nothing left to cancel
│   ├── StreamMovedOn         the delivery is not the one that its stream waits for
│   └── HeadUnderWay          what the full set would replace is being sent right now
└── Unavailable
    ├── DeliveryFailed        the receiver could not be reached or was not ready; retried
    └── DeliveryRejected      trying again will not help; dead at once
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Unavailable


class UnknownMethod(NotFound):
    """There is no such export method."""

    code = "exports.unknown_method"
    title = "Unknown export method"

    def __init__(self, method_id: str) -> None:
        super().__init__(f'There is no export method "{method_id}".')
        self.method_id = method_id


class UnknownDelivery(NotFound):
    """There is no such delivery."""

    code = "exports.unknown_delivery"
    title = "Unknown delivery"

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f'There is no delivery "{delivery_id}".')
        self.delivery_id = delivery_id


class UnknownCallback(NotFound):
    """A callback address that this server did not make."""

    code = "exports.unknown_callback"
    title = "Unknown address"

    def __init__(self) -> None:
        super().__init__(
            "This server made no such callback address: use the one in the header "
            "Debiai-Callback of the delivery, exactly as it is."
        )


class UnknownSchema(NotFound):
    """There is no such schema of a document."""

    code = "exports.unknown_schema"
    title = "Unknown schema"

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f'There is no schema "{name}"; there are {", ".join(known)}.')
        self.name = name
        self.known = known


class EmptySelection(Invalid):
    """A selection without samples cannot be exported."""

    code = "exports.empty_selection"
    title = "Nothing to export"

    def __init__(self) -> None:
        super().__init__("The selection has no samples: loosen a filter, then export again.")


class InvalidMethod(Invalid):
    """A parameter or option of an export method cannot work."""

    code = "exports.invalid_method"
    title = "Export method not valid"

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.remedy = remedy


class InvalidText(Invalid):
    """Something given cannot be written as JSON in UTF-8."""

    code = "exports.invalid_text"
    title = "Text not valid"

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} cannot be written as JSON: {reason}.")
        self.what = what
        self.reason = reason


class DocumentTooLarge(Invalid):
    """The document is larger than the method takes."""

    code = "exports.document_too_large"
    title = "Document too large"

    def __init__(self, size: int, limit: int, remedy: str) -> None:
        super().__init__(f"The document has {size:,} bytes, the method takes {limit:,}. {remedy}")
        self.size = size
        self.limit = limit


class RangeNotExportable(Invalid):
    """The drawn range cannot be written as a range document."""

    code = "exports.range_not_exportable"
    title = "Range not exportable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"This range cannot be exported: {reason}")
        self.reason = reason


class CreationForbidden(Forbidden):
    """Making export methods is switched off."""

    code = "exports.creation_forbidden"
    title = "Creation switched off"

    def __init__(self) -> None:
        super().__init__(
            "Export method creation is not allowed: creation = false in "
            "[EXPORT_METHODS_CONFIG]. Add the method to [EXPORT_METHODS_LIST] of config.ini."
        )


class DeletionForbidden(Forbidden):
    """Deleting export methods, and switching them off, is not allowed."""

    code = "exports.deletion_forbidden"
    title = "Deletion switched off"

    def __init__(self, what: str = "deletion") -> None:
        super().__init__(
            f"Export method {what} is not allowed: deletion = false in [EXPORT_METHODS_CONFIG]."
        )
        self.what = what


class AddressRefused(Forbidden):
    """The address of ids was not signed by this server, or was changed."""

    code = "exports.address_refused"
    title = "Address not valid"

    def __init__(self) -> None:
        super().__init__(
            "The signature of this address is not valid: use it exactly as the document has it."
        )


class AddressGone(Gone):
    """The address of ids was good once."""

    code = "exports.address_gone"
    title = "Address no longer valid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Ask for the selection to be sent as a new export.")
        self.reason = reason


class OutOfUse(Conflict):
    """The method is out of use: ``waits`` for being put back, or removed."""

    code = "exports.out_of_use"
    title = "Export method out of use"

    def __init__(self, name: str, reason: str, *, waits: bool = False) -> None:
        remedy = "Enable" if waits else "Restore"
        super().__init__(
            f'The export method "{name}" is out of use ({reason}). '
            f"{remedy} it in the settings, or choose another."
        )
        self.name = name
        self.reason = reason
        self.waits = waits


class DefinedElsewhere(Conflict):
    """The method is defined in a file or the environment and is changed there."""

    code = "exports.defined_elsewhere"
    title = "Defined elsewhere"

    def __init__(self, name: str, origin: str) -> None:
        super().__init__(f'The export method "{name}" is defined in {origin}; change it there.')
        self.name = name
        self.origin = origin


class AlreadyFinal(Conflict):
    """Nothing is left to cancel."""

    code = "exports.already_final"
    title = "Nothing to cancel"

    def __init__(self, delivery_id: str, state: str) -> None:
        super().__init__(f"The delivery {delivery_id} is already {state}.")
        self.delivery_id = delivery_id
        self.state = state


class StreamMovedOn(Conflict):
    """The changes are not those that their stream waits for; sent now, they would do harm."""

    code = "exports.stream_moved_on"
    title = "The stream has moved on"

    def __init__(self, sequence: int, name: str) -> None:
        super().__init__(
            f'Sequence {sequence} is not what the stream "{name}" waits for. Choose "Resend the '
            'full set" of the stream if its receiver lost something.'
        )
        self.sequence = sequence


class HeadUnderWay(Conflict):
    """The delivery that the full set would replace is being sent right now."""

    code = "exports.head_under_way"
    title = "Being sent right now"

    def __init__(self, sequence: int, name: str) -> None:
        super().__init__(
            f'Sequence {sequence} of the stream "{name}" is being sent right now. Wait until it '
            "has ended, or cancel it, and try again."
        )
        self.sequence = sequence


class DeliveryFailed(Unavailable):
    """The attempt failed in a way that may get better; it is retried by the schedule.

    ``retry_after`` (seconds) is what the receiver asked for; ``capped`` limits such failures to
    three attempts (4xx that are probably a mistake in the configuration).
    """

    code = "exports.delivery_failed"
    title = "Not delivered yet"

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        answer: str | None = None,
        retry_after: float | None = None,
        capped: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.answer = answer
        self.retry_after = retry_after
        self.capped = capped


class DeliveryUncertain(Unavailable):
    """The attempt was broken off for another's sake; the receiver may have got the document."""

    code = "exports.delivery_uncertain"
    title = "Not known to be delivered"


class DeliveryRejected(Unavailable):
    """Trying again will not help: the delivery is dead, with the remedy in the sentence.

    ``disable`` also takes the method out of use (HTTP 410).
    """

    code = "exports.delivery_rejected"
    title = "Not deliverable"

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        answer: str | None = None,
        disable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.answer = answer
        self.disable = disable
