"""Where a stream and the place in its order are told beside the document."""

from __future__ import annotations

from debiai_studio.exports.model import Delivery

STREAM = "Debiai-Stream"
SEQUENCE = "Debiai-Sequence"


def stream_headers(delivery: Delivery) -> dict[str, str]:
    """The headers of changes of a stream; none of anything else."""
    if delivery.stream_id is None or delivery.sequence is None:
        return {}
    return {STREAM: delivery.stream_id, SEQUENCE: str(delivery.sequence)}
