"""What people keep of the pages, and what they note about samples."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    text,
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

# Values that people gave samples, or took away, with those that were there before.
taggings = Table(
    "taggings",
    metadata,
    Column("number", Integer, primary_key=True),  # ascending, as they were given
    Column("id", Words(40), nullable=False, unique=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("column", Words, nullable=False),
    Column("value", JSON(none_as_null=True)),  # null: taken away
    Column("rule", JSON, nullable=False),
    Column("at", Words(24), nullable=False),
    Column("author", Words, nullable=False),
    Column("samples", LargeBinary, nullable=False),
    Column("before", JSON, nullable=False),  # [value, samples], of those that had one
    # As lists show them, so that no list reads the sets themselves.
    Column("n_samples", Integer, nullable=False, server_default=text("0")),
    Column("n_had", Integer, nullable=False, server_default=text("0")),
    Index(None, "project_key"),
)

# What people write beside a project, a selection or a widget.
comments = Table(
    "comments",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("about", Words(12), nullable=False),
    Column("subject", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("created_at", Words(24), nullable=False),
    Column("changed_at", Words(24), nullable=False),
    Index(None, "project_key"),
)
