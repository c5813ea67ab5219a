"""Keep sessions, second factors and attempts to sign in.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "first_administrator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_first_administrator_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_administrator")),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_sign_in_attempts")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sign_in_attempts_last_at"), "sign_in_attempts", ["last_at"])
    op.create_table(
        "sign_in_counter",
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('right', 'wrong')", name=op.f("ck_sign_in_counter_outcome")
        ),
        sa.PrimaryKeyConstraint("outcome", name=op.f("pk_sign_in_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "office_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False, comment="to the minute"),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("browser", sa.Text(), nullable=False, comment="in words, e.g. Chrome · Windows"),
        sa.Column(
            "network_mark", sa.LargeBinary(), nullable=False, comment="keyed; no address is kept"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_office_session_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_office_session_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_office_session_account_id"), "office_session", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "sealed_secret", sa.LargeBinary(), nullable=False, comment="encrypted under the web key"
        ),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column("last_counter", BIG, nullable=False, comment="no code of it or before is taken"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_in_tally",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("signed_in_at", MOMENT, nullable=True, comment="the last time"),
        sa.Column(
            "failed", sa.Integer(), nullable=False, comment="attempts that failed since then"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_tally_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_sign_in_tally")),
        sqlite_strict=True,
    )
