"""Runs the migrations on the connection that ``open_catalogue`` hands over."""

from __future__ import annotations

from alembic import context

from debiai_studio.storage.catalogue.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
