"""Deliveries as the server would have recorded them, many at once."""

from __future__ import annotations

from sqlalchemy import create_engine, insert
from tests.real.deliveries import new_delivery

from debiai_studio.storage.catalogue.tables import deliveries


def record(served, states: list[str], method_id: str, **values: object) -> list[str]:
    """One delivery in each of these states, accepted one millisecond after the other; their ids."""
    rows = []
    for number, state in enumerate(states):
        at = f"2026-11-22T12:{number // 60_000:02d}:{number // 1000 % 60:02d}.{number % 1000:03d}Z"
        given = {"accepted_at": at, "name": f"Number {number}", **values}
        new = new_delivery(method_id, **given)
        row = {name: getattr(new, name) for name in new.__dataclass_fields__}
        ended = new.accepted_at if state in ("delivered", "dead", "cancelled") else None
        next_at = "2036-11-22T12:00:00.000Z" if state == "retry" else None
        error = "The receiver answered 400." if state == "dead" else None
        marks = {"state": state, "finished_at": ended, "next_at": next_at, "error": error}
        rows.append({**row, **marks, "attempts": 1, "sent_bytes": 0})
    [path] = served.folder.rglob("catalogue.db")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(insert(deliveries), rows)
    engine.dispose()
    return [row["id"] for row in rows]
