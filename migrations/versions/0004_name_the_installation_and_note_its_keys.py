"""Name the installation and note its keys.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "identity",
            sa.Text(),
            nullable=False,
            comment="32 random hexadecimal digits, no secret",
        ),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sqlite_strict=True,
    )
    op.create_table(
        "key_fingerprint",
        sa.Column("name", sa.Text(), nullable=False, comment="file in the folder of keys"),
        sa.Column(
            "fingerprint",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of name and content, hexadecimal",
        ),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(fingerprint) = 64", name=op.f("ck_key_fingerprint_fingerprint")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_fingerprint")),
        sqlite_strict=True,
    )
