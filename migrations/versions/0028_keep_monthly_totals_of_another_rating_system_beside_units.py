"""Keep monthly totals of another rating system beside units.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


_LEVELS = ("very_good", "good", "fair", "bad", "very_bad")


def upgrade() -> None:
    """Without any row: nothing could be brought in before."""
    op.create_table(
        "service_ratings",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False, comment="as 2026-11"),
        *(sa.Column(level, sa.Integer(), nullable=False) for level in _LEVELS),
        sa.Column("put_right", sa.Integer(), nullable=False, comment="of the bad ones"),
        *(
            sa.CheckConstraint(f"{level} >= 0", name=op.f(f"ck_service_ratings_{level}"))
            for level in _LEVELS
        ),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_service_ratings_month")),
        sa.CheckConstraint(
            "put_right BETWEEN 0 AND bad + very_bad", name=op.f("ck_service_ratings_put_right")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_service_ratings_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_service_ratings_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", "month", name=op.f("pk_service_ratings")),
        sqlite_strict=True,
    )
