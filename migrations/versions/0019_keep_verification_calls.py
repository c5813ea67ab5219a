"""Keep verification calls.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "call_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the campaign, from 1"),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column(
            "seed",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the closed ledger, class and number",
        ),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(seed) = 64", name=op.f("ck_call_round_seed")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_call_round_number")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_call_round_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_round")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_call_round_campaign_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "call_standing",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_call_standing_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_call_standing_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", name=op.f("pk_call_standing")),
        sqlite_strict=True,
    )
    op.create_table(
        "call_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="among the unit's draws of all rounds, from 1",
        ),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False, comment="number of the code's batch"),
        sa.Column("serial", sa.Integer(), nullable=False, comment="the code's place in it"),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_call_draw_position")),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_call_draw_serial")),
        sa.ForeignKeyConstraint(["code_id"], ["entrance.id"], name=op.f("fk_call_draw_code_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["call_round.id"], name=op.f("fk_call_draw_round_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_call_draw_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_draw")),
        sa.UniqueConstraint(
            "round_id", "unit_id", "position", name=op.f("uq_call_draw_round_id_unit_id_position")
        ),
        sa.UniqueConstraint("unit_id", "code_id", name=op.f("uq_call_draw_unit_id_code_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "call_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('own', 'not_mine', 'told', 'no_contact')",
            name=op.f("ck_call_outcome_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["call_draw.id"], name=op.f("fk_call_outcome_draw_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_outcome")),
        sqlite_strict=True,
    )
    op.create_index("ix_call_outcome_draw_id", "call_outcome", ["draw_id"])
