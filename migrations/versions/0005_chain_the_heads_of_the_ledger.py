"""Chain the heads of the ledger: each names the one before and what else was on record.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
_ALL_OR_NONE = (
    "(version = 1) = (number IS NULL) AND (version = 1) = (previous IS NULL)"
    " AND (version = 1) = (records IS NULL)"
)


def _columns() -> list[sa.Column]:
    return [
        sa.Column(
            "version",
            _SMALL,
            nullable=False,
            server_default="1",
            comment="of the statement that is signed",
        ),
        sa.Column("number", sa.Integer(), comment="in the campaign's chain of heads"),
        sa.Column("previous", sa.LargeBinary(), comment="digest of the head before"),
        sa.Column(
            "records",
            sa.Text(),
            comment="digests of what was on record; signed by the digest of them all",
        ),
        sa.Column(
            "behind",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="seconds the clock stood behind the head before",
        ),
        sa.Column(
            "occasion",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="what it was signed for: open, close, day, …",
        ),
    ]


def upgrade() -> None:
    with op.batch_alter_table("tree_head") as head:
        for column in _columns():
            head.add_column(column)
        head.create_unique_constraint(
            op.f("uq_tree_head_campaign_id_number"), ["campaign_id", "number"]
        )
        head.create_check_constraint(op.f("ck_tree_head_chained"), _ALL_OR_NONE)
        head.create_check_constraint(op.f("ck_tree_head_behind"), "behind >= 0")
    with op.batch_alter_table("tree_head") as head:
        for name in ("version", "behind", "occasion"):
            head.alter_column(name, server_default=None)
