"""Keep jobs that are done beside the requests.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    """Without any row: what took long was done inside a request before."""
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False, comment="what shall be done"),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", SMALL, nullable=False, comment="in percent"),
        sa.Column("step", sa.Text(), nullable=False, comment="what it is at, a code of our own"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how many workers began it"),
        sa.Column("claim", sa.Text(), nullable=True, comment="which worker has it now"),
        sa.Column("claimed_until", MOMENT, nullable=True, comment="then another may take it"),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("result", sa.Text(), nullable=True, comment="where it is found"),
        sa.Column(
            "fault",
            sa.Text(),
            nullable=True,
            comment="why it failed: its kind, and the problems in both languages",
        ),
        sa.CheckConstraint("(state = 'failed') = (fault IS NOT NULL)", name=op.f("ck_job_fault")),
        sa.CheckConstraint(
            "(state = 'running') = (claim IS NOT NULL)", name=op.f("ck_job_claimed")
        ),
        sa.CheckConstraint(
            "(state IN ('waiting', 'running')) = (ended_at IS NULL)", name=op.f("ck_job_ended")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'interrupted')",
            name=op.f("ck_job_state"),
        ),
        sa.CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name=op.f("ck_job_lease")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_job_progress")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_job_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_job_open",
        "job",
        ["campaign_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
