"""Count pages served and handed in.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KINDS = (
    "'served.poster', 'served.invitation', 'served.sitting', "
    "'returned.poster', 'returned.invitation', 'returned.sitting', "
    "'finished.poster', 'finished.invitation', 'finished.sitting', "
    "'lang.zh', 'lang.en', 'mode.normal', 'mode.elder', "
    "'device.wechat', 'device.phone', 'device.desktop'"
)


def upgrade() -> None:
    op.create_table(
        "page_counter",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_page_counter_kind")),
        sa.CheckConstraint("counted > 0", name=op.f("ck_page_counter_counted")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_page_counter_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "day", "kind", name=op.f("pk_page_counter")),
        sqlite_strict=True,
    )
