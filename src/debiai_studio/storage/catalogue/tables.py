"""The tables of the catalogue: the moment of truth. Everything else can be rebuilt or checked."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
)

from debiai_studio.storage.catalogue.words import Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

# What a receiver is kept up to date with. ``confirmed`` is the frozen set that it has, and moves
# in the transaction that records a delivery as delivered; ``head_id`` is the one on its way.
streams = Table(
    "streams",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("name", Words, nullable=False),
    Column("annotation", Words, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("method_id", Words(40), nullable=False),
    Column("trigger", Words(200), nullable=False),  # hand, changes, or a cron expression
    Column("waits_for_columns", Boolean, nullable=False),
    Column("created_at", Words(24), nullable=False),
    Column("author", Words, nullable=False),
    Column("sequence", Integer, nullable=False),  # of the newest delivery
    Column("head_id", Words(40)),
    Column("confirmed", LargeBinary, nullable=False),
    Column("confirmed_digest", Words(70), nullable=False),
    Column("confirmed_sequence", Integer, nullable=False),
    Column("confirmed_at", Words(24)),
    Column("n_confirmed", BigInteger, nullable=False),
    Column("pause", Words(12)),  # person, delivery or digest
    Column("pause_reason", Words),
    # How many runs were asked for, and how many of them are done: what comes between is one run.
    Column("wishes", Integer, nullable=False),
    Column("served", Integer, nullable=False),
    Column("put_off", Words),  # why the last run could not be made, and the code of that error
    Column("put_off_code", Words(60)),
    Column("judged_at", Words(24)),
    Column("due_at", Words(24)),  # when the cron expression asks for the next run
    Index(None, "project_key"),
)

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

# Methods of every origin that a delivery ever went to; only those of the page are defined here.
export_methods = Table(
    "export_methods",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("name", Words, nullable=False),
    Column("type", Words(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("options", LargeBinary, nullable=False),  # JSON, secrets encrypted
    Column("origin", Words(20), nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("disabled_reason", Words),
    Column("created_at", Words(24), nullable=False),
    Column("last_used_at", Words(24)),
    Column("fail_count", Integer, nullable=False, server_default=text("0")),
    Column("open_until", Words(24)),
    Column("last_success_at", Words(24)),
    Column("last_failure_at", Words(24)),
    Column("last_failure", Words),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("kind", Words(16), nullable=False),
    Column("state", Words(12), nullable=False),
    Column("method_id", Words(40), nullable=False),
    Column("method_name", Words, nullable=False),
    Column("method_type", Words(40), nullable=False),
    Column("source", Words, nullable=False),
    Column("project", Words, nullable=False),
    Column("project_key", Integer),
    Column("name", Words, nullable=False),
    Column("annotation", Words, nullable=False),
    Column("accepted_at", Words(24), nullable=False),
    Column("renderer", Integer, nullable=False),
    Column("request", JSON, nullable=False),  # what the document is made from, without members
    Column("rule", JSON),
    Column("members", LargeBinary),  # frozen roaring bitmap of a selection export
    Column("n_samples", BigInteger),
    Column("bytes", BigInteger),
    Column("sha256", Words(64)),
    Column("set_digest", Words(70)),  # of the ids of a selection
    Column("held_digest", Words(70)),  # of what the receiver said it held
    Column("document", LargeBinary),  # when it is small; else the spool file
    Column("chunk_bytes", BigInteger),  # it is sent in chunks of this size
    Column("ids_until", Words(24)),  # until when its ids can be fetched at a signed address
    Column("attempts", Integer, nullable=False),
    # How many attempts there were when a person last asked for one: the schedule counts from it.
    Column("attempts_before", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Words(24)),
    Column("finished_at", Words(24)),
    Column("sent_bytes", BigInteger, nullable=False),
    Column("error", Words),
    Column("replay_of", Words(40)),
    Column("idempotency_key", Words, unique=True),
    Column("lease_owner", Words(80)),
    Column("lease_until", Words(24)),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("stream_id", Words(40)),
    Column("sequence", Integer),  # in the order of the stream
    Column("removed", LargeBinary),  # those that go; ``members`` are then those that come
    Index(None, "accepted_at"),
    # A dead method's backlog must not slow down finding what is due for the others.
    Index(
        "ix_deliveries_waiting",
        "method_id",
        "next_at",
        sqlite_where=text("state IN ('pending', 'retry')"),
        postgresql_where=text("state IN ('pending', 'retry')"),
    ),
    Index(
        "ix_deliveries_running",
        "lease_until",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    # Counted and shown in every page, whatever the number of those delivered.
    Index(
        "ix_deliveries_dead",
        "method_id",
        "finished_at",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index(
        "ix_deliveries_cancelled",
        "accepted_at",
        sqlite_where=text("state = 'cancelled'"),
        postgresql_where=text("state = 'cancelled'"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", Words(24), nullable=False),
    Column("milliseconds", Integer),
    Column("outcome", Words(12), nullable=False),
    Column("status", Integer),
    Column("answer", Words),
    Column("partition", Integer),
    Column("offset", BigInteger),
    Column("error", Words),
)

# What receivers gave back about samples; ``body`` is there until it is applied.
answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("via", Words(10), nullable=False),
    Column("received_at", Words(24), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Words(64), nullable=False),
    Column("body", LargeBinary),
    Column("state", Words(10), nullable=False),
    Column("applied_at", Words(24)),
    Column("model", Words),
    Column("columns", JSON, nullable=False),
    Column("n_rows", BigInteger, nullable=False),
    Column("n_applied", BigInteger, nullable=False),
    Column("n_unknown", BigInteger, nullable=False),
    Column("n_outside", BigInteger, nullable=False),
    Column("n_duplicate", BigInteger, nullable=False),
    Column("examples", JSON, nullable=False),
    Column("error", Words),
    Column("repeats", Integer, nullable=False),
    Column("repeated_at", Words(24)),
    UniqueConstraint("delivery_id", "sha256"),
    Index(
        "ix_answers_waiting",
        "number",
        sqlite_where=text("state = 'kept'"),
        postgresql_where=text("state = 'kept'"),
    ),
    sqlite_autoincrement=True,
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

# Values that people gave samples, or took away, with those that were there before.
taggings = Table(
    "taggings",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("column", Words, nullable=False),
    Column("value", JSON(none_as_null=True)),  # null: taken away
    Column("rule", JSON, nullable=False),
    Column("at", Words(24), nullable=False),
    Column("author", Words, nullable=False),
    Column("samples", LargeBinary, nullable=False),
    Column("before", JSON, nullable=False),  # [value, samples], of those that had one
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

# Those made in the page; the others are in the configuration.
algo_providers = Table(
    "algo_providers",
    metadata,
    Column("name", Words, primary_key=True),
    Column("url", Words, nullable=False),
    Column("created_at", Words(24), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("at", Words(24), nullable=False),
    Column("action", Words(60), nullable=False),
    Column("subject", Words, nullable=False),
    Column("details", JSON, nullable=False),
)
