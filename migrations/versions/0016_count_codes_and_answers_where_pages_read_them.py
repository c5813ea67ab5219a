"""Count codes and answers where pages read them.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'age', 'sex', 'residence', 'area', 'lang', 'poster', 'batch', 'batch_time', 'repeated'"


def upgrade() -> None:
    _keep_batches()
    _keep_tallies()
    op.create_index(
        "ix_response_device",
        "response",
        ["campaign_id", "unit_id", "device_mark"],
        sqlite_where=sa.text("device_mark IS NOT NULL"),
        postgresql_where=sa.text("device_mark IS NOT NULL"),
    )
    op.create_index(
        "ix_entrance_collected",
        "entrance",
        ["campaign_id", "unit_id", "group_code", "channel"],
        sqlite_where=sa.text("collected"),
        postgresql_where=sa.text("collected"),
    )


def _keep_batches() -> None:
    op.create_table(
        "code_batch",
        sa.Column("first_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column(
            "withdrawn",
            sa.Integer(),
            nullable=False,
            comment="before anybody answered by them",
        ),
        sa.CheckConstraint("kind IN ('invitation', 'sitting')", name=op.f("ck_code_batch_kind")),
        sa.CheckConstraint(
            "(kind = 'sitting') = (unit_id IS NULL)", name=op.f("ck_code_batch_unit_by_kind")
        ),
        sa.CheckConstraint("issued >= 1", name=op.f("ck_code_batch_issued")),
        sa.CheckConstraint("withdrawn BETWEEN 0 AND issued", name=op.f("ck_code_batch_withdrawn")),
        sa.ForeignKeyConstraint(
            ["first_code"], ["entrance.id"], name=op.f("fk_code_batch_first_code")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_code_batch_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"],
            ["campaign_unit.campaign_id", "campaign_unit.unit_id"],
            name=op.f("fk_code_batch_campaign_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("first_code", name=op.f("pk_code_batch")),
        sqlite_strict=True,
    )
    op.create_index("ix_code_batch_issued", "code_batch", ["campaign_id", "issued_at"])
    op.execute(
        "INSERT INTO code_batch (first_code, kind, campaign_id, unit_id, group_code, channel,"
        " issued_at, issued_by, expires_at, issued, withdrawn)"
        " SELECT min(id), kind, campaign_id, unit_id, group_code, channel, issued_at, issued_by,"
        " min(expires_at), count(*), count(withdrawn_at)"
        " FROM entrance WHERE kind <> 'poster' AND NOT collected"
        " GROUP BY kind, campaign_id, unit_id, group_code, channel, issued_at, issued_by"
    )


def _keep_tallies() -> None:
    """Without any row: answers before are counted by the server, a few thousand at once."""
    op.create_table(
        "answer_tally",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "of",
            sa.Integer(),
            nullable=False,
            comment="a unit, a poster, or a batch of codes",
        ),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_answer_tally_kind")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_answer_tally_campaign_id")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id",
            "kind",
            "of",
            "group_code",
            "channel",
            "value",
            name=op.f("pk_answer_tally"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "tally_place",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_tally_place_size")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_tally_place_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_tally_place")),
        sqlite_strict=True,
    )
