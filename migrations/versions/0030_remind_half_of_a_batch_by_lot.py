"""Remind half of a batch by lot.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Whoever was reminded before, all of his batch was."""
    with op.batch_alter_table("reminder") as reminder:
        reminder.add_column(
            sa.Column(
                "half",
                SMALL,
                nullable=False,
                server_default="0",
                comment="1 or 2 by lot; 0: all of the batch",
            )
        )
        reminder.add_column(
            sa.Column("seed", sa.Text(), nullable=True, comment="that the halves are drawn by")
        )
        reminder.create_check_constraint(op.f("ck_reminder_half"), "half BETWEEN 0 AND 2")
        reminder.create_check_constraint(op.f("ck_reminder_seed"), "(half = 0) = (seed IS NULL)")
