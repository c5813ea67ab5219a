"""Let auditors in and the audit be read.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

_ROLES = (
    "'office_admin', 'office_review', 'class_group', 'unit_liaison', 'inspector', 'leader',"
    " 'auditor'"
)


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.drop_constraint(op.f("ck_account_role"), type_="check")
        account.create_check_constraint(op.f("ck_account_role"), f"role IN ({_ROLES})")
    op.create_index("ix_audit_entry_at_id", "audit_entry", ["at", "id"])
    op.create_index("ix_audit_entry_by_at_id", "audit_entry", ["by", "at", "id"])
    op.create_index("ix_audit_entry_action_at_id", "audit_entry", ["action", "at", "id"])
