"""Tell entrances made for answers that were collected from codes that were issued.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "entrance",
        sa.Column(
            "collected",
            FLAG,
            nullable=False,
            server_default=sa.false(),
            comment="made for an answer from telephone or paper; nobody was given a code",
        ),
    )
