"""Keep counties' keys and their releases.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Without any row: no city could take releases before."""
    op.create_table(
        "county_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False, comment="what the city calls the county"),
        sa.Column("public_key", sa.Text(), nullable=False, comment="Ed25519, base64"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True, comment="none: it opens nothing"),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_county_key_confirmed")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_county_key_revoked")
        ),
        sa.CheckConstraint("confirmed_by <> made_by", name=op.f("ck_county_key_two")),
        sa.CheckConstraint("length(county) BETWEEN 1 AND 60", name=op.f("ck_county_key_county")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_county_key_public_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "county_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False, comment="the county's own code of it"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_county_release_number")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["county_key.id"], name=op.f("fk_county_release_key_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_release")),
        sa.UniqueConstraint(
            "key_id", "campaign", "number", name=op.f("uq_county_release_key_id_campaign_number")
        ),
        sqlite_strict=True,
    )
