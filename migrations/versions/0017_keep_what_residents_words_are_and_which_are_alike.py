"""Keep what residents' words are and which are alike.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'case', 'praise', 'nothing', 'reasons'"


def upgrade() -> None:
    """Without any row: what was written before is read by the server, a part at a time."""
    op.create_table(
        "matter_place",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column(
            "begun",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="how often, from the first answer",
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_matter_place_size")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_matter_place_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_matter_place")),
        sqlite_strict=True,
    )
    op.create_table(
        "comment_matter",
        sa.Column("response_id", BIG, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="of the words alone, before anybody took them up",
        ),
        sa.Column("matter", BIG, nullable=False, comment="the response whose words came first"),
        sa.Column("source", sa.LargeBinary(), nullable=True, comment="as response.network_mark"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_comment_matter_kind")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_comment_matter_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["comment.response_id"], name=op.f("fk_comment_matter_response_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_comment_matter_unit_id")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_comment_matter")),
        sqlite_strict=True,
    )
    op.create_index("ix_comment_matter_matter", "comment_matter", ["campaign_id", "matter"])
