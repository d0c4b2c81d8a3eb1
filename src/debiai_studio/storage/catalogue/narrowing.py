"""Which deliveries of the catalogue a question is about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_

from debiai_studio.exports.model import DeliveryFilter
from debiai_studio.storage.catalogue.tables import deliveries

NEWEST_FIRST = (deliveries.c.accepted_at.desc(), deliveries.c.id.desc())
OLDEST_FIRST = (deliveries.c.accepted_at, deliveries.c.id)

_SEARCHED = (deliveries.c.name, deliveries.c.annotation, deliveries.c.project, deliveries.c.id)


def narrowed(query: Select[Any], chosen: DeliveryFilter) -> Select[Any]:
    """The query of those that the filter leaves in."""
    if chosen.states:
        query = query.where(deliveries.c.state.in_([state.value for state in chosen.states]))
    if chosen.kinds:
        query = query.where(deliveries.c.kind.in_(chosen.kinds))
    if chosen.method_id is not None:
        query = query.where(deliveries.c.method_id == chosen.method_id)
    if chosen.ref is not None:
        of_project = (
            deliveries.c.source == chosen.ref.source,
            deliveries.c.project == chosen.ref.project,
        )
        query = query.where(*of_project)
    if chosen.since is not None:
        query = query.where(deliveries.c.accepted_at >= chosen.since)
    if chosen.until is not None:
        query = query.where(deliveries.c.accepted_at < chosen.until)
    if chosen.text:
        text = chosen.text
        query = query.where(or_(*(one.icontains(text, autoescape=True) for one in _SEARCHED)))
    return query


def older_than(query: Select[Any], accepted_at: str, delivery_id: str) -> Select[Any]:
    """The query of those that come after this one, newest first."""
    at, key = deliveries.c.accepted_at, deliveries.c.id
    # In two parts, so that the index of the first finds the place.
    return query.where(at <= accepted_at, or_(at < accepted_at, key < delivery_id))
