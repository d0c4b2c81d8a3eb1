"""How many samples were tagged and how many had a value before, beside the sets themselves."""

from __future__ import annotations

from base64 import b64decode

from alembic import op
from pyroaring import BitMap
from sqlalchemy import JSON, Column, Integer, LargeBinary, column, select, table, text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the numbers, and count once for what was tagged before."""
    for name in ("n_samples", "n_had"):
        op.add_column("taggings", Column(name, Integer, nullable=False, server_default=text("0")))
    taggings = table(
        "taggings",
        column("number", Integer),
        column("samples", LargeBinary),
        column("before", JSON),
        column("n_samples", Integer),
        column("n_had", Integer),
    )
    connection = op.get_bind()
    for (number,) in connection.execute(select(taggings.c.number)).all():
        is_it = taggings.c.number == number
        kept = connection.execute(select(taggings.c.samples, taggings.c.before).where(is_it)).one()
        had = (len(BitMap.deserialize(b64decode(samples))) for _, samples in kept.before)
        counts = {"n_samples": len(BitMap.deserialize(kept.samples)), "n_had": sum(had)}
        connection.execute(taggings.update().where(is_it).values(counts))


def downgrade() -> None:
    """Take them away; the sets tell them."""
    with op.batch_alter_table("taggings") as table_:
        for name in ("n_had", "n_samples"):
            table_.drop_column(name)
