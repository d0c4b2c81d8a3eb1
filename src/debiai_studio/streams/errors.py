"""Why a stream cannot be made or run.

StudioError
├── NotFound
│   └── UnknownStream
├── Invalid
│   └── UnfitStream       its name, trigger or rule cannot work
└── Conflict
    ├── NotComplete       values or results that the rule is judged by have not come yet
    ├── StreamPaused      a person or a failed delivery stopped it
    └── StreamChanging    the data changed whenever it was judged
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Invalid, NotFound


class UnknownStream(NotFound):
    """There is no such stream."""

    code = "streams.unknown"
    title = "Unknown stream"

    def __init__(self, stream_id: str) -> None:
        super().__init__(f'There is no stream "{stream_id}"; it may have been deleted.')
        self.stream_id = stream_id


class UnfitStream(Invalid):
    """Something given cannot make a stream."""

    code = "streams.unfit"
    title = "Stream not possible"

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what


class NotComplete(Conflict):
    """Values or results that the rule is judged by have not come yet, of so many samples each."""

    code = "streams.not_complete"
    title = "Not complete yet"

    def __init__(self, missing: dict[str, int]) -> None:
        listed = ", ".join(f"{name} of {count:,}" for name, count in missing.items())
        super().__init__(
            f"Of some samples, not all is there that the rule is judged by: {listed}. It is judged "
            "once that has come; or run it by hand without."
        )
        self.missing = missing


class StreamPaused(Conflict):
    """The stream makes no deliveries until it is resumed."""

    code = "streams.paused"
    title = "Stream is paused"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'The stream "{name}" is paused. {reason} Resume it first.')
        self.name = name


class StreamChanging(Conflict):
    """The data changed while the rule was judged, each time."""

    code = "streams.changing"
    title = "Data is changing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f'The data changed whenever the rule of "{name}" was judged; it is judged again when '
            "the changes have ended."
        )
