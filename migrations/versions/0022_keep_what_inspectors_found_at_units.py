"""Keep what inspectors found at units.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Without any row: nobody could enter a visit before."""
    op.create_table(
        "on_site_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="in the campaign, from 1"),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Text(), nullable=False, comment="day in the campaign's zone"),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column(
            "findings", sa.Text(), nullable=False, comment="of each item on the scheme's list"
        ),
        sa.Column(
            "seen", sa.Text(), nullable=False, comment="what was seen, without any person; or empty"
        ),
        sa.Column(
            "deduction", sa.Text(), nullable=False, comment="points that items not met take away"
        ),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column(
            "photo_digest", sa.Text(), nullable=True, comment="SHA-256 of the photograph as kept"
        ),
        sa.CheckConstraint("length(place) BETWEEN 1 AND 100", name=op.f("ck_on_site_visit_place")),
        sa.CheckConstraint("length(seen) <= 2000", name=op.f("ck_on_site_visit_seen")),
        sa.CheckConstraint("length(visited_on) = 10", name=op.f("ck_on_site_visit_visited_on")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_on_site_visit_number")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_on_site_visit_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_on_site_visit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_site_visit")),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_on_site_visit_campaign_id_number")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "on_site_decision",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="who proposed it"),
        sa.Column("approved_by", sa.Text(), nullable=False, comment="the second person"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'withdrawn')", name=op.f("ck_on_site_decision_outcome")
        ),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_on_site_decision_reason")),
        sa.CheckConstraint("position IN (1, 2)", name=op.f("ck_on_site_decision_position")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["on_site_visit.id"], name=op.f("fk_on_site_decision_visit_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", "position", name=op.f("pk_on_site_decision")),
        sqlite_strict=True,
    )
    op.create_table(
        "on_site_photo",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["on_site_visit.id"], name=op.f("fk_on_site_photo_visit_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_on_site_photo")),
        sqlite_strict=True,
    )
