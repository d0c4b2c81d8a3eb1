"""Data providers, algo-providers, and what came of them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
)

from debiai_studio.storage.catalogue.tables.base import metadata
from debiai_studio.storage.catalogue.words import Words

# Data providers that were made in the page; those of the operator are in his configuration.
data_providers = Table(
    "data_providers",
    metadata,
    Column("name", Words(50), primary_key=True),
    Column("url", Words, nullable=False),
    Column("created_at", Words(24), nullable=False),
)

# What is known of projects that were fetched from data providers.
fetched_projects = Table(
    "fetched_projects",
    metadata,
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), primary_key=True),
    Column("remote_id", Words, nullable=False),
    Column("updated", Words),  # the provider's date of what is kept
    Column("fetched_at", Words(24), nullable=False),
    Column("checked_at", Words(24), nullable=False),  # when that was last the newest
    Column("n_listed", BigInteger, nullable=False),
    Column("columns", JSON, nullable=False),  # the names that came from the provider
    Column("n_missing", BigInteger, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
)

# Runs of algorithms, with what the columns that came of them were made by, and from what.
experiments = Table(
    "experiments",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("title", Words, nullable=False),
    Column("version", Words),
    Column("request", JSON, nullable=False),
    Column("created_at", Words(24), nullable=False),
    Column("author", Words, nullable=False),
    Column("state", Words(12), nullable=False),
    Column("error", JSON(none_as_null=True)),
    Column("finished_at", Words(24)),
    Column("data_version", Integer),
    Column("model", Words),
    Column("columns", JSON, nullable=False),
    Column("outputs", JSON, nullable=False),  # those that became no column
    Column("covered", LargeBinary, nullable=False),
    Index(None, "project_key"),
)

# Those made in the page; the others are in the configuration.
algo_providers = Table(
    "algo_providers",
    metadata,
    Column("name", Words, primary_key=True),
    Column("url", Words, nullable=False),
    Column("created_at", Words(24), nullable=False),
)
