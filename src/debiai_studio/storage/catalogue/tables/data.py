"""Projects, and what is known of their samples."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from debiai_studio.storage.catalogue.tables.base import metadata
from debiai_studio.storage.catalogue.words import Words

# Which data folder the catalogue belongs to: one row from the first start on.
belonging = Table(
    "belonging",
    metadata,
    Column("id", Words(32), primary_key=True),
)

# Text moments are UTC, ISO 8601, milliseconds, "Z": they sort as they read.
projects = Table(
    "projects",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("source", Words, nullable=False),
    Column("project", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("origin", Words, nullable=False),
    Column("folder", Words(64), nullable=False),
    Column("created_at", Words(24), nullable=False),
    Column("updated_at", Words(24), nullable=False),
    Column("id_name", Words, nullable=False),
    Column("id_type", Words(16), nullable=False),
    Column("sample_columns", JSON, nullable=False),
    Column("result_columns", JSON, nullable=False),
    Column("models", JSON, nullable=False),
    Column("segments", JSON, nullable=False),
    Column("next_sample_no", BigInteger, nullable=False),
    Column("tombstones", LargeBinary, nullable=False),
    Column("n_deleted", BigInteger, nullable=False),
    Column("data_version", Integer, nullable=False),
    UniqueConstraint("source", "project"),
    sqlite_autoincrement=True,
)

# The samples whose value of a column an append left out, until it comes.
column_gaps = Table(
    "column_gaps",
    metadata,
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), primary_key=True),
    Column("field", Words(16), primary_key=True),
    Column("samples", LargeBinary, nullable=False),
)

# Samples as a tree of blocks: what DebiAI's client set, as it sent it.
block_structures = Table(
    "block_structures",
    metadata,
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), primary_key=True),
    Column("levels", JSON, nullable=False),
    Column("expected", JSON(none_as_null=True)),
)

# Folders of deleted projects until nothing needs them any more; their ids stay readable, and
# their values as long as data_set describes them.
folders_to_remove = Table(
    "folders_to_remove",
    metadata,
    Column("folder", Words(64), primary_key=True),
    Column("reason", Words, nullable=False),
    Column("project_key", Integer, nullable=False, unique=True),
    Column("id_type", Words(16), nullable=False),
    Column("segments", JSON, nullable=False),
    Column("data_set", JSON(none_as_null=True)),
)

selections = Table(
    "selections",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    # Numbers of versions are not used twice, also when the newest was deleted.
    Column("last_version", Integer, nullable=False, server_default=text("1")),
    UniqueConstraint("project_key", "id"),
)

selection_versions = Table(
    "selection_versions",
    metadata,
    Column("selection_key", ForeignKey("selections.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("created_at", Words(24), nullable=False),
    Column("author", Words, nullable=False),
    Column("n_samples", BigInteger, nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("members", LargeBinary, nullable=False),
    Column("set_digest", Words(70)),  # of the ids of all members, computed after it was saved
)
