"""Find answers and cases by smaller indexes.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_BY_CODE = sa.text("invitation_id IS NOT NULL")
_NOT_ELIGIBLE = sa.text("disposition = 'not_eligible'")


def upgrade() -> None:
    """No row changes; on SQLite the table of answers is copied once, to be rid of a constraint."""
    _index_answers()
    op.create_index("ix_feedback_case_due", "feedback_case", ["campaign_id", "due_on", "code"])
    op.create_index(
        "ix_contact_attempt_not_eligible",
        "contact_attempt",
        ["campaign_id", "invitation_id"],
        sqlite_where=_NOT_ELIGIBLE,
        postgresql_where=_NOT_ELIGIBLE,
    )


def _index_answers() -> None:
    """Let the index of devices find units, too, and that of codes hold those that were used."""
    # Before the copy, which would make them anew.
    op.drop_index("ix_response_campaign_unit", "response")
    op.drop_index("ix_response_device", "response")
    with op.batch_alter_table("response") as response:
        response.drop_constraint(op.f("uq_response_invitation_id"), type_="unique")
    op.create_index(
        "ux_response_invitation",
        "response",
        ["invitation_id"],
        unique=True,
        sqlite_where=_BY_CODE,
        postgresql_where=_BY_CODE,
    )
    op.create_index("ix_response_device", "response", ["campaign_id", "unit_id", "device_mark"])
