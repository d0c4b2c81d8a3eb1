"""What people keep of the pages."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
    Table,
)

from debiai_studio.storage.catalogue.tables.base import metadata
from debiai_studio.storage.catalogue.words import Words

layouts = Table(
    "layouts",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("name", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("project", Words, nullable=False),
    Column("document", JSON, nullable=False),
    Column("created_at", Words(24), nullable=False),
    Column("updated_at", Words(24), nullable=False),
)

# Saved settings of widgets; "debiai" is DebiAI's own document where it made them.
widget_configurations = Table(
    "widget_configurations",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("kind", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("project", Words, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("debiai", JSON(none_as_null=True)),
    Column("created_at", Words(24), nullable=False),
)

# Analysis states too long for an address; content-addressed, so a link never changes.
states = Table(
    "states",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", Words(24), nullable=False),
)
