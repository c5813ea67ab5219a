"""Ask for what takes two persons.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
WAITS = sa.text("outcome IS NULL")


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "arguments", sa.Text(), nullable=False, comment="canonical JSON: what shall be done"
        ),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=False,
            comment="canonical JSON: the state it was asked for in",
        ),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of deed, campaign, arguments and basis",
        ),
        sa.Column(
            "told",
            sa.Text(),
            nullable=False,
            comment="what exactly will be done, line by line, in both languages",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(coalesce(outcome, '') = 'approved') = (done_at IS NOT NULL)",
            name=op.f("ck_proposal_done"),
        ),
        sa.CheckConstraint(
            "outcome <> 'approved' OR decided_by <> proposed_by", name=op.f("ck_proposal_two")
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_proposal_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_proposal_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_proposal_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_proposal_waiting",
        "proposal",
        ["digest"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
