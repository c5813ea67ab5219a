"""Keep reminders and bulletins.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False, comment="of the campaign, from 1"),
        sa.Column(
            "batch",
            sa.Integer(),
            nullable=False,
            comment="its first code, whose number is the batch's",
        ),
        sa.Column("reminded", sa.Integer(), nullable=False, comment="how many of its codes were"),
        sa.Column("reminded_at", MOMENT, nullable=False),
        sa.Column("reminded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("wave >= 1", name=op.f("ck_reminder_wave")),
        sa.CheckConstraint("reminded >= 1", name=op.f("ck_reminder_reminded")),
        sa.ForeignKeyConstraint(["batch"], ["entrance.id"], name=op.f("fk_reminder_batch")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_reminder_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "campaign_id", "wave", "batch", name=op.f("uq_reminder_campaign_id_wave_batch")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day of issue"),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_bulletin_number")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_bulletin_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_bulletin_campaign_id_number")),
        sa.UniqueConstraint("campaign_id", "day", name=op.f("uq_bulletin_campaign_id_day")),
        sqlite_strict=True,
    )
    op.create_table(
        "bulletin_file",
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the content"),
        sa.CheckConstraint("kind IN ('docx', 'pdf')", name=op.f("ck_bulletin_file_kind")),
        sa.CheckConstraint("lang IN ('zh', 'en')", name=op.f("ck_bulletin_file_lang")),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_file_bulletin_id")
        ),
        sa.PrimaryKeyConstraint("bulletin_id", "lang", "kind", name=op.f("pk_bulletin_file")),
        sqlite_strict=True,
    )
