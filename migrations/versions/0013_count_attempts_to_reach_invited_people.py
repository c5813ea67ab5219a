"""Count attempts to reach invited people, and how each ended.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_DISPOSITIONS = "'complete', 'refusal', 'no_contact', 'not_eligible', 'other'"


def upgrade() -> None:
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("attempted_at", MOMENT, nullable=False),
        sa.Column("attempted_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            f"disposition IN ({_DISPOSITIONS})", name=op.f("ck_contact_attempt_disposition")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_contact_attempt_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["entrance.id"], name=op.f("fk_contact_attempt_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_contact_attempt_campaign_invitation",
        "contact_attempt",
        ["campaign_id", "invitation_id"],
    )
