"""Commit one-time codes before anybody answers by them.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Codes issued before stay as they are stored, and campaigns opened before have none committed.

    A row of `response` holds an opening from now on; those of before keep their leaves.
    """
    op.create_table(
        "code_commitment",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="1 at the opening, then as codes were added",
        ),
        sa.Column(
            "statement",
            sa.Text(),
            nullable=False,
            comment="when, at which size of the ledger, which batches, the root, why",
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_code_commitment_number")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_code_commitment_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_code_commitment")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("code_batch") as batch:
        batch.add_column(
            sa.Column(
                "form",
                _SMALL,
                nullable=False,
                server_default="1",
                comment="1: its code_hash is what a code opens by; 2: only the hash of that",
            )
        )
        batch.create_check_constraint(op.f("ck_code_batch_form"), "form BETWEEN 1 AND 2")
    # By hand: making the table anew would copy every answer there is, only to check a new column.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    of_bytes = "BLOB" if is_sqlite else "BYTEA"
    op.execute(
        f"ALTER TABLE response ADD COLUMN code_opening {of_bytes}"
        " CONSTRAINT ck_response_code_opening CHECK (code_opening IS NULL"
        " OR (length(code_opening) = 32 AND receipt IS NOT NULL))"
    )
    if not is_sqlite:  # which keeps no comments
        op.execute(
            "COMMENT ON COLUMN response.code_opening IS 'made of the one-time code by whoever held"
            " it: its hash was committed before'"
        )
