"""A delivery as a script follows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self

from debiai_studio.client.connection import Connection, path_of
from debiai_studio.errors import Unavailable

_LOOK_SECONDS = 0.3


class DeliveryFailed(Unavailable):
    """It is dead or was cancelled; ``delivery`` tells more."""

    code = "client.delivery_failed"
    title = "Not delivered"

    def __init__(self, delivery: RemoteDelivery) -> None:
        reason = delivery.error or "cancelled"
        super().__init__(
            f"Delivery {delivery.id} to {delivery.method} ended {delivery.state}: {reason}"
        )
        self.delivery = delivery


class StillUnderWay(Unavailable):
    """The time to wait was over first; the server goes on trying."""

    code = "client.still_under_way"
    title = "Still under way"

    def __init__(self, delivery: RemoteDelivery, seconds: float) -> None:
        reason = f": {delivery.error}" if delivery.error else "."
        super().__init__(
            f"Delivery {delivery.id} to {delivery.method} is {delivery.state} after "
            f"{seconds:g} seconds, and goes on{reason}"
        )
        self.delivery = delivery


class RemoteDelivery:
    """One document on its way. ``record`` is what the server last told of it."""

    def __init__(self, connection: Connection, record: dict[str, Any]) -> None:
        self._connection = connection
        self.record = record

    @property
    def id(self) -> str:
        """The receiver's key for it."""
        return str(self.record["id"])

    @property
    def state(self) -> str:
        """pending, running, retry, delivered, dead or cancelled."""
        return str(self.record["state"])

    @property
    def method(self) -> str:
        """The name of the export method."""
        return str(self.record["method_name"])

    @property
    def error(self) -> str | None:
        """Why the last attempt failed."""
        error: str | None = self.record["error"]
        return error

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in ("delivered", "dead", "cancelled")

    @property
    def receiver_holds_it(self) -> bool | None:
        """Whether the receiver said that it holds exactly this set; None when it said nothing."""
        sent, held = self.record["set_digest"], self.record["held_digest"]
        return None if sent is None or held is None else bool(sent == held)

    def refresh(self) -> Self:
        """Ask the server for its present state."""
        self.record = self._connection.get(path_of("deliveries", self.id))["delivery"]
        return self

    def attempts(self) -> list[dict[str, Any]]:
        """Every attempt so far, with the receiver's answer."""
        found: list[dict[str, Any]] = self._connection.get(path_of("deliveries", self.id))[
            "attempts"
        ]
        return found

    def answers(self) -> list[dict[str, Any]]:
        """What came back for its samples so far, and what became of it."""
        found: list[dict[str, Any]] = self._connection.get(
            path_of("deliveries", self.id, "answers")
        )
        return found

    def retry(self) -> Self:
        """Try now: same id, same bytes."""
        self.record = self._connection.post(path_of("deliveries", self.id, "retry"))
        return self

    def cancel(self) -> Self:
        """Stop it."""
        self.record = self._connection.post(path_of("deliveries", self.id, "cancel"))
        return self

    def wait(
        self,
        timeout: float | None = None,
        tell: Callable[[RemoteDelivery], None] = lambda _delivery: None,
    ) -> Self:
        """Wait until the receiver or broker confirmed; ``tell`` is called at each look.

        Raises DeliveryFailed, or StillUnderWay after ``timeout`` seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while not self.refresh().is_final:
            tell(self)
            if until is not None and time.monotonic() >= until:
                raise StillUnderWay(self, timeout or 0.0)
            time.sleep(_LOOK_SECONDS)
        tell(self)
        if self.state != "delivered":
            raise DeliveryFailed(self)
        return self

    def __repr__(self) -> str:
        return f"<Delivery {self.id} to {self.method}: {self.state}>"
