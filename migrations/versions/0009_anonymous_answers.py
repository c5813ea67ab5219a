"""Let answers be made anonymous, count sources, open cases by a number of their own.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import hashlib
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MINUTE = 60_000


def upgrade() -> None:
    op.create_table(
        "source_seen",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False, comment="as response.network_mark"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_source_seen_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_source_seen_unit_id")),
        sa.PrimaryKeyConstraint(
            "campaign_id", "unit_id", "group_code", "mark", name=op.f("pk_source_seen")
        ),
        sqlite_strict=True,
    )
    moment = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(
            sa.Column(
                "anonymised_at",
                moment,
                comment="since when its answers lead to nobody and cannot be scored again",
            )
        )
        campaign.add_column(
            sa.Column(
                "anonymised_digest",
                sa.Text(),
                comment="SHA-256 of what its answers still hold, in the ledger's order",
            )
        )
        campaign.create_check_constraint(
            op.f("ck_campaign_anonymised"),
            "(anonymised_at IS NULL) = (anonymised_digest IS NULL)",
        )
    op.add_column(
        "coaching_report",
        sa.Column(
            "source",
            sa.LargeBinary(),
            comment="of the network, under the campaign's key: sources are counted, not forms",
        ),
    )
    op.add_column(
        "feedback_case",
        sa.Column(
            "ticket",
            sa.LargeBinary(),
            comment="hash of the number its resident looks it up by",
        ),
    )
    op.add_column(
        "progress_counter",
        sa.Column(
            "sources",
            sa.Integer(),
            comment="answers by one-time code, and networks not seen before at this unit and group",
        ),
    )
    connection = op.get_bind()
    _open_cases_by_their_receipts(connection)
    _count_the_sources(connection)
    with op.batch_alter_table("feedback_case") as case:
        case.alter_column("ticket", existing_type=sa.LargeBinary(), nullable=False)
        case.alter_column("opened_at", comment="the day it came, at its first moment")
        case.create_unique_constraint(op.f("uq_feedback_case_ticket"), ["ticket"])
        case.create_check_constraint(op.f("ck_feedback_case_ticket"), "length(ticket) = 16")
    with op.batch_alter_table("progress_counter") as counter:
        counter.alter_column("sources", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("response") as response:
        response.alter_column("receipt", existing_type=sa.LargeBinary(), nullable=True)
        response.alter_column("entrance_id", existing_type=sa.Integer(), nullable=True)
        response.alter_column("salt", existing_type=sa.LargeBinary(), nullable=True)
        response.create_check_constraint(
            op.f("ck_response_whole"),
            "receipt IS NULL OR (salt IS NOT NULL AND entrance_id IS NOT NULL)",
        )
        response.create_check_constraint(
            op.f("ck_response_anonymous"),
            "receipt IS NOT NULL OR (salt IS NULL AND invitation_id IS NULL"
            " AND sitting_id IS NULL AND device_mark IS NULL AND network_mark IS NULL"
            f" AND submitted_ms % {_MINUTE} = 0)",
        )


def _open_cases_by_their_receipts(connection: sa.Connection) -> None:
    """Keep what residents hold good: an old receipt goes on opening the case of its comment.

    Whoever rated several units holds one receipt for all; his cases are told by their order.
    """
    rows = connection.execute(
        sa.text(
            "SELECT feedback_case.id, response.receipt, sitting.receipt AS whole,"
            " (SELECT count(*) FROM response AS earlier WHERE earlier.sitting_id ="
            " response.sitting_id AND earlier.leaf_index < response.leaf_index) AS place"
            " FROM feedback_case JOIN response ON response.id = feedback_case.response_id"
            " LEFT JOIN sitting ON sitting.invitation_id = response.sitting_id"
        )
    ).all()
    tickets = [
        {"id": row.id, "ticket": _ticket(bytes(row.whole or row.receipt), row.place)}
        for row in rows
    ]
    if tickets:
        connection.execute(
            sa.text("UPDATE feedback_case SET ticket = :ticket WHERE id = :id"), tickets
        )


def _ticket(receipt: bytes, place: int) -> bytes:
    number = int.from_bytes(receipt, "big")
    code = "".join(_ALPHABET[number >> 5 * each & 31] for each in reversed(range(16)))
    return hashlib.sha256(f"case|{code}|{place}".encode()).digest()[:16]


def _count_the_sources(connection: sa.Connection) -> None:
    """Fill the counters from the answers, day by day as the intake would have."""
    connection.execute(
        sa.text(
            "INSERT INTO source_seen (campaign_id, unit_id, group_code, mark)"
            " SELECT DISTINCT campaign_id, unit_id, group_code, network_mark FROM response"
            " WHERE network_mark IS NOT NULL AND invitation_id IS NULL AND sitting_id IS NULL"
        )
    )
    # What came by a one-time code or without a mark is a source of its own.
    connection.execute(sa.text("UPDATE progress_counter SET sources = received"))
    repeated = (
        "SELECT later.campaign_id, later.unit_id, later.group_code, later.channel,"
        " later.submitted_ms, campaign.timezone FROM"
        " (SELECT response.*, row_number() OVER (PARTITION BY campaign_id, unit_id, group_code,"
        " network_mark ORDER BY leaf_index) AS place FROM response"
        " WHERE network_mark IS NOT NULL AND invitation_id IS NULL AND sitting_id IS NULL) AS later"
        " JOIN campaign ON campaign.id = later.campaign_id WHERE later.place > 1"
    )
    taken = Counter[tuple[int, int, str, str, str]]()
    for row in connection.execute(sa.text(repeated)):
        at = datetime.fromtimestamp(row.submitted_ms / 1000, ZoneInfo(row.timezone))
        day = at.date().isoformat()
        taken[row.campaign_id, row.unit_id, row.group_code, row.channel, day] += 1
    names = ("campaign_id", "unit_id", "group_code", "channel", "day")
    if taken:
        connection.execute(
            sa.text(
                "UPDATE progress_counter SET sources = sources - :n"
                " WHERE campaign_id = :campaign_id AND unit_id = :unit_id"
                " AND group_code = :group_code AND channel = :channel AND day = :day"
            ),
            [{**dict(zip(names, key, strict=True)), "n": n} for key, n in taken.items()],
        )
