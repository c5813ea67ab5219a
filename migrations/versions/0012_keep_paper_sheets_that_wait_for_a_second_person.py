"""Keep paper sheets that wait for a second person.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "keyed_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "serial", sa.Text(), nullable=False, comment="of the office's choice, on the sheet"
        ),
        sa.Column("turn", SMALL, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), comment="as entrance.code_hash"),
        sa.Column("content", sa.Text(), nullable=False, comment="its cells by column"),
        sa.Column("keyed_at", MOMENT, nullable=False),
        sa.Column("keyed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("turn IN (1, 2)", name=op.f("ck_keyed_sheet_turn")),
        sa.CheckConstraint("length(serial) BETWEEN 1 AND 40", name=op.f("ck_keyed_sheet_serial")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_keyed_sheet_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"],
            ["campaign_unit.campaign_id", "campaign_unit.unit_id"],
            name=op.f("fk_keyed_sheet_campaign_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyed_sheet")),
        sa.UniqueConstraint(
            "campaign_id", "serial", "turn", name=op.f("uq_keyed_sheet_campaign_id_serial_turn")
        ),
        sqlite_strict=True,
    )
