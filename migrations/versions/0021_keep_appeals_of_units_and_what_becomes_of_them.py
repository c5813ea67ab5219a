"""Keep appeals of units and what becomes of them.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Without any row: nobody could appeal before."""
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="in the campaign, from 1"),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "release_id", sa.Integer(), nullable=False, comment="the release that is contested"
        ),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column(
            "which",
            sa.Text(),
            nullable=False,
            comment="which decision, entrance or other thing; or empty",
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column(
            "file_name", sa.Text(), nullable=True, comment="of the attachment, where there is one"
        ),
        sa.Column("file_digest", sa.Text(), nullable=True, comment="SHA-256 of the attachment"),
        sa.CheckConstraint(
            "matter IN ('score', 'decision', 'entrance', 'other')", name=op.f("ck_appeal_matter")
        ),
        sa.CheckConstraint(
            "length(statement) BETWEEN 1 AND 3000", name=op.f("ck_appeal_statement")
        ),
        sa.CheckConstraint("length(which) <= 200", name=op.f("ck_appeal_which")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_appeal_number")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_appeal_campaign_id")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_appeal_release_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appeal_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_appeal_campaign_id_number")),
        sa.UniqueConstraint("release_id", "unit_id", name=op.f("uq_appeal_release_id_unit_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "appeal_file",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_file_appeal_id")
        ),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal_file")),
        sqlite_strict=True,
    )
    op.create_table(
        "appeal_step",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column(
            "appraisal_id",
            sa.Integer(),
            nullable=True,
            comment="weighed: the run it was compared with",
        ),
        sa.Column("content", sa.Text(), nullable=True, comment="weighed: figures before and after"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="decided: why, as the unit reads it; else empty",
        ),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="decided: the second person"),
        sa.Column(
            "release_id",
            sa.Integer(),
            nullable=True,
            comment="decided: the release that holds from then on",
        ),
        sa.CheckConstraint(
            "(step = 'decided') = (outcome IS NOT NULL)", name=op.f("ck_appeal_step_decided")
        ),
        sa.CheckConstraint(
            "(step = 'weighed') = (appraisal_id IS NOT NULL AND content IS NOT NULL)",
            name=op.f("ck_appeal_step_weighed"),
        ),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'partly', 'rejected')", name=op.f("ck_appeal_step_outcome")
        ),
        sa.CheckConstraint(
            "step IN ('received', 'weighed', 'decided')", name=op.f("ck_appeal_step_step")
        ),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_appeal_step_reason")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_step_appeal_id")
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appeal_step_appraisal_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_appeal_step_release_id")
        ),
        sa.PrimaryKeyConstraint("appeal_id", "position", name=op.f("pk_appeal_step")),
        sqlite_strict=True,
    )
