"""Keep case files of answers and what people decide on them.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Without any row: runs made before left no case files, and the next run does."""
    op.create_table(
        "review_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="in the campaign, from 1, in the order found",
        ),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of kind, unit, group and the answers",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False, comment="empty: of no one group"),
        sa.Column(
            "appraisal_id", sa.Integer(), nullable=False, comment="the run that found it first"
        ),
        sa.Column("n", sa.Integer(), nullable=False, comment="how many answers it is about"),
        sa.Column("responses", sa.Text(), nullable=False, comment="their ids, shown to nobody"),
        sa.Column(
            "content",
            sa.Text(),
            nullable=False,
            comment="what people are shown: words, days and shares, counts made coarse",
        ),
        sa.CheckConstraint("n >= 0", name=op.f("ck_review_case_n")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_review_case_number")),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_review_case_appraisal_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_review_case_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
        sa.UniqueConstraint(
            "campaign_id", "digest", name=op.f("uq_review_case_campaign_id_digest")
        ),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_review_case_campaign_id_number")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "review_effect",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("score_keep", sa.Text(), nullable=True, comment="the answers counted in full"),
        sa.Column("score_exclude", sa.Text(), nullable=True, comment="the answers left out"),
        sa.Column("score_one", sa.Text(), nullable=True, comment="the answers counted as one"),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_review_effect_appraisal_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["review_case.id"], name=op.f("fk_review_effect_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "appraisal_id", name=op.f("pk_review_effect")),
        sqlite_strict=True,
    )
    op.create_table(
        "review_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "turn", sa.Integer(), nullable=False, comment="which decision of the case, from 1"
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="first, second or third person of the turn",
        ),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('keep', 'exclude', 'one', 'undo')", name=op.f("ck_review_word_verdict")
        ),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_review_word_reason")),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_review_word_position")),
        sa.CheckConstraint("turn >= 1", name=op.f("ck_review_word_turn")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["review_case.id"], name=op.f("fk_review_word_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_word")),
        sa.UniqueConstraint("case_id", "turn", "by", name=op.f("uq_review_word_case_id_turn_by")),
        sa.UniqueConstraint(
            "case_id", "turn", "position", name=op.f("uq_review_word_case_id_turn_position")
        ),
        sqlite_strict=True,
    )
