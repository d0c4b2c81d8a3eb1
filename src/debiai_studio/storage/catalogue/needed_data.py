"""Which deliveries need the data of which projects: asked where either of them changes."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.exports.model import DeliveryState
from debiai_studio.exports.ports import NewDelivery
from debiai_studio.exports.rendering import format_of
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import ProjectRef
from debiai_studio.storage.catalogue.tables import deliveries, folders_to_remove, projects

_ENDED = (DeliveryState.DELIVERED.value, DeliveryState.CANCELLED.value)
_FINAL = tuple(state.value for state in DeliveryState if state.is_final)
# Locked, where rows can be: a deletion waits, and then sees the delivery.
_PRESENT = (
    select(projects.c.key).where(projects.c.key == bindparam("of_key")).with_for_update(read=True)
)


def needed_ids(connection: Connection, now: str) -> set[int]:
    """The keys of projects, deleted ones too, whose ids a waiting or dead delivery is made of.

    And those that a receiver may still fetch at the address it was sent.
    """
    is_waiting = deliveries.c.state.not_in(_ENDED)
    # Its ids are fetched after it is delivered.
    is_read = and_(
        deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.ids_until > now
    )
    query = select(deliveries.c.project_key).where(
        deliveries.c.project_key.is_not(None),
        or_(
            and_(is_waiting, deliveries.c.document.is_(None)),
            and_(is_waiting, deliveries.c.ids_until.is_not(None)),
            is_read,
        ),
    )
    return set(connection.scalars(query.distinct()))


def revoke_addresses(connection: Connection, project_key: int, now: str) -> None:
    """The ids of a project that is deleted are fetched no more, but by what still waits."""
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.project_key == project_key,
            deliveries.c.state.in_(_ENDED),
            deliveries.c.ids_until > now,
        )
        .values(ids_until=now)
    )


def needed_values(connection: Connection) -> set[int]:
    """The keys of projects, deleted ones too, whose values a waiting delivery writes as a table.

    Also once it is written: what lies in the spool may be lost, and is made again.
    """
    query = select(deliveries.c.project_key).where(
        deliveries.c.state.not_in(_FINAL),
        deliveries.c.project_key.is_not(None),
        deliveries.c.document.is_(None),
        deliveries.c.request["format"].as_string() != "json",
    )
    return set(connection.scalars(query.distinct()))


def require_data(connection: Connection, row: NewDelivery) -> None:
    """Return when the delivery can be accepted in this transaction.

    A new export needs its project; one sent again needs its ids, and a table its values, which
    a deleted project may still have. Raises UnknownProject, UnknownData.
    """
    if row.project_key is None:
        return
    if connection.scalar(_PRESENT, {"of_key": row.project_key}) is not None:
        return
    if row.replay_of is None:
        raise UnknownProject(ProjectRef(row.source, row.project))
    if row.document is not None and row.ids_until is None:
        return
    left = select(folders_to_remove.c.project_key).where(
        folders_to_remove.c.project_key == row.project_key
    )
    if format_of(row) != "json":
        left = left.where(folders_to_remove.c.data_set.is_not(None))
    if connection.scalar(left.with_for_update(read=True)) is None:
        raise UnknownData(row.project_key)
