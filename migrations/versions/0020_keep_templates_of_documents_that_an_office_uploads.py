"""Keep templates of documents that an office uploads.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="which document; survey.reports knows them",
        ),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column(
            "content", sa.LargeBinary(), nullable=True, comment="the Word file, none: as shipped"
        ),
        sa.Column("digest", sa.Text(), nullable=True, comment="SHA-256 of the content"),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(content IS NULL) = (digest IS NULL)", name=op.f("ck_document_template_digest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
        sqlite_strict=True,
    )
    op.create_index("ix_document_template_kind", "document_template", ["kind", "lang"])
