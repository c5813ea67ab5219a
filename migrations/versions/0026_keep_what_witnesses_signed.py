"""Keep what witnesses signed.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Without any row: nobody could sign before."""
    op.create_table(
        "cosignature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False, comment="its name in the scheme"),
        sa.Column("witness_key", sa.Text(), nullable=False, comment="its public key in the scheme"),
        sa.Column("line", sa.Text(), nullable=False, comment="the signature as C2SP notes have it"),
        sa.Column("signed_at", MOMENT, nullable=False, comment="as the witness says"),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(witness) BETWEEN 1 AND 100", name=op.f("ck_cosignature_witness")
        ),
        sa.ForeignKeyConstraint(["head_id"], ["tree_head.id"], name=op.f("fk_cosignature_head_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignature")),
        sa.UniqueConstraint(
            "head_id", "witness_key", name=op.f("uq_cosignature_head_id_witness_key")
        ),
        sqlite_strict=True,
    )
