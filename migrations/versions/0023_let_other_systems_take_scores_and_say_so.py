"""Let other systems take scores and say so.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Without any row: no other system could ask before."""
    op.create_table(
        "receiver_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="the receiving system, in the office's words"
        ),
        sa.Column(
            "token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256; shown once, not kept"
        ),
        sa.Column("rights", sa.Text(), nullable=False, comment="what it may do"),
        sa.Column(
            "campaigns",
            sa.Text(),
            nullable=True,
            comment="codes of campaigns; none: all, later ones too",
        ),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True, comment="none: it waits and opens nothing"),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="none where nobody else could"),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_receiver_token_revoked")
        ),
        sa.CheckConstraint("approved_by <> made_by", name=op.f("ck_receiver_token_two")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_receiver_token_approved"),
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_receiver_token_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiver_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_receiver_token_token_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "receiver_use",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("minute", BIG, nullable=False, comment="since 1970"),
        sa.Column("n", sa.Integer(), nullable=False, comment="requests in that minute"),
        sa.ForeignKeyConstraint(
            ["token_id"], ["receiver_token.id"], name=op.f("fk_receiver_use_token_id")
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_receiver_use")),
        sqlite_strict=True,
    )
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="of this token on this release, from 1",
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=False,
            comment="the receiving system's own number, or empty",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="why it was rejected, or empty"),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('received', 'imported', 'rejected')",
            name=op.f("ck_acknowledgement_outcome"),
        ),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_acknowledgement_note")),
        sa.CheckConstraint("length(reference) <= 100", name=op.f("ck_acknowledgement_reference")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_acknowledgement_position")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_acknowledgement_release_id")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["receiver_token.id"], name=op.f("fk_acknowledgement_token_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint(
            "token_id",
            "release_id",
            "position",
            name=op.f("uq_acknowledgement_token_id_release_id_position"),
        ),
        sqlite_strict=True,
    )
