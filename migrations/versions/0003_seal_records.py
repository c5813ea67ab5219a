"""Chain the audit, seal runs by their digests, give each campaign a salt.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_tail",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", BIG, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False, comment="of the newest entry"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_tail_only_one")),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_audit_tail_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tail")),
        sqlite_strict=True,
    )
    op.add_column(
        "audit_entry",
        sa.Column(
            "hash", sa.LargeBinary(), comment="SHA-256 of the hash before it and of this entry"
        ),
    )
    op.add_column(
        "appraisal",
        sa.Column("content_digest", sa.Text(), comment="SHA-256 of all the above but the keys"),
    )
    op.add_column(
        "appraisal", sa.Column("verdict_digest", sa.Text(), comment="SHA-256 of the run's verdicts")
    )
    op.add_column(
        "campaign",
        sa.Column(
            "record_salt",
            sa.LargeBinary(),
            comment="keeps what heads say of the records from being guessed",
        ),
    )
    connection = op.get_bind()
    _chain_the_audit(connection)
    _seal_the_runs(connection)
    _salt_the_campaigns(connection)
    with op.batch_alter_table("audit_entry") as entry:
        entry.alter_column("hash", existing_type=sa.LargeBinary(), nullable=False)
        entry.create_check_constraint(op.f("ck_audit_entry_hash"), "length(hash) = 32")
    with op.batch_alter_table("appraisal") as appraisal:
        appraisal.alter_column("content_digest", existing_type=sa.Text(), nullable=False)
        appraisal.alter_column("verdict_digest", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("campaign") as campaign:
        campaign.alter_column("record_salt", existing_type=sa.LargeBinary(), nullable=False)
        campaign.create_check_constraint(
            op.f("ck_campaign_record_salt"), "length(record_salt) = 16"
        )


def _chain_the_audit(connection: sa.Connection) -> None:
    entry = _table("audit_entry", "id", "at", "by", "action", "subject", "detail", "hash")
    tail = _table("audit_tail", "id", "entries", "hash")
    before, entries = bytes(32), 0
    for row in connection.execute(sa.select(entry).order_by(entry.c.id)).mappings().all():
        said = {
            "action": row["action"],
            "at": _plain(row["at"]),
            "by": row["by"],
            "detail": json.loads(row["detail"]),
            "subject": row["subject"],
        }
        before, entries = hashlib.sha256(before + _canonical(said)).digest(), entries + 1
        connection.execute(sa.update(entry).where(entry.c.id == row["id"]).values(hash=before))
    if entries:
        connection.execute(sa.insert(tail).values(id=1, entries=entries, hash=before))


def _seal_the_runs(connection: sa.Connection) -> None:
    said = ("code_version", "content", "data_digest", "plan_digest", "run_at", "run_by")
    run = _table("appraisal", "id", "content_digest", "verdict_digest", *said)
    for row in connection.execute(sa.select(run).order_by(run.c.id)).mappings().all():
        sealed = {name: row[name] for name in said}
        sealed["content"] = json.loads(row["content"])
        sealed["run_at"] = _plain(row["run_at"])
        digests = {
            "content_digest": hashlib.sha256(_canonical(sealed)).hexdigest(),
            "verdict_digest": _of_verdicts(connection, row["id"]),
        }
        connection.execute(sa.update(run).where(run.c.id == row["id"]).values(digests))


def _of_verdicts(connection: sa.Connection, run_id: int) -> str:
    verdict = _table("verdict", "appraisal_id", "response_id", "verdict", "rules")
    query = sa.select(verdict.c.response_id, verdict.c.verdict, verdict.c.rules)
    query = query.where(verdict.c.appraisal_id == run_id).order_by(verdict.c.response_id)
    digest = hashlib.sha256()
    for response_id, said, rules in connection.execute(query):
        digest.update(f"{response_id}|{said}|{rules}\n".encode())
    return digest.hexdigest()


def _salt_the_campaigns(connection: sa.Connection) -> None:
    campaign = _table("campaign", "id", "record_salt")
    for number in connection.scalars(sa.select(campaign.c.id)).all():
        salted = sa.update(campaign).where(campaign.c.id == number)
        connection.execute(salted.values(record_salt=secrets.token_bytes(16)))


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def _plain(moment: datetime | str) -> str:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(content: dict[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
