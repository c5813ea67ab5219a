"""Send releases to other systems.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Without any row: nothing was sent by itself before."""
    op.create_table(
        "delivery_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="the receiving system, in the office's words"
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column(
            "sealed_secret",
            sa.LargeBinary(),
            nullable=False,
            comment="what messages are signed with, encrypted under the web key",
        ),
        sa.Column(
            "campaigns",
            sa.Text(),
            nullable=True,
            comment="codes of campaigns; none: all, later ones too",
        ),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True, comment="none: it waits, nothing is sent"),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="none where nobody else could"),
        sa.Column("stopped_at", MOMENT, nullable=True, comment="none: in use"),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by IS NULL)", name=op.f("ck_delivery_address_stopped")
        ),
        sa.CheckConstraint("approved_by <> made_by", name=op.f("ck_delivery_address_two")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_delivery_address_approved"),
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_delivery_address_name")),
        sa.CheckConstraint("length(url) BETWEEN 1 AND 500", name=op.f("ck_delivery_address_url")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_address")),
        sqlite_strict=True,
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "message_id", sa.Text(), nullable=False, comment="the same however often it is sent"
        ),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False, comment="not sent before, while it waits"),
        sa.Column(
            "tries", sa.Integer(), nullable=False, comment="since it was made or last asked for"
        ),
        sa.Column("claim", sa.Text(), nullable=True, comment="which sender has it now"),
        sa.Column("claimed_until", MOMENT, nullable=True, comment="then another may take it"),
        sa.Column("delivered_at", MOMENT, nullable=True, comment="the last time it arrived"),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="what the system answered of it, last"
        ),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=False,
            comment="the receiving system's own number, or empty",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="why it was rejected, or empty"),
        sa.Column("said_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('received', 'imported', 'rejected')", name=op.f("ck_delivery_outcome")
        ),
        sa.CheckConstraint(
            "state <> 'delivered' OR delivered_at IS NOT NULL", name=op.f("ck_delivery_delivered")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'dead', 'overtaken')", name=op.f("ck_delivery_state")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (said_at IS NULL)", name=op.f("ck_delivery_said")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_delivery_note")),
        sa.CheckConstraint("length(reference) <= 100", name=op.f("ck_delivery_reference")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_delivery_tries")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["delivery_address.id"], name=op.f("fk_delivery_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_delivery_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "address_id", "release_id", name=op.f("uq_delivery_address_id_release_id")
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_delivery_state_next_at"), "delivery", ["state", "next_at"])
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "fault", sa.Text(), nullable=False, comment="a code of our own; empty where it arrived"
        ),
        sa.Column(
            "status", sa.Integer(), nullable=True, comment="of HTTP; none where nothing answered"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_attempt_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_delivery_attempt_delivery_id"), "delivery_attempt", ["delivery_id"])
