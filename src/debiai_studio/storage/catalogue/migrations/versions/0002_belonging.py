"""The catalogue says which data folder it belongs to."""

from __future__ import annotations

from alembic import op

from debiai_studio.storage.catalogue.tables import belonging

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, unless the first revision has made it already."""
    belonging.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Remove it."""
    belonging.drop(op.get_bind(), checkfirst=True)
