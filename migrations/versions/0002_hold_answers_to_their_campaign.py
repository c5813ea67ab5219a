"""Hold an answer to the units and groups of its campaign, and its code to its entrance.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("response") as response:
        response.drop_constraint(op.f("fk_response_campaign_id"), type_="foreignkey")
        response.drop_constraint(op.f("fk_response_unit_id"), type_="foreignkey")
        response.create_foreign_key(
            op.f("fk_response_campaign_id_unit_id"),
            "campaign_unit",
            ["campaign_id", "unit_id"],
            ["campaign_id", "unit_id"],
        )
        response.create_foreign_key(
            op.f("fk_response_campaign_id_group_code"),
            "respondent_group",
            ["campaign_id", "group_code"],
            ["campaign_id", "code"],
        )
        response.create_check_constraint(
            op.f("ck_response_invitation_is_entrance"), "invitation_id = entrance_id"
        )
        response.create_check_constraint(
            op.f("ck_response_sitting_is_entrance"), "sitting_id = entrance_id"
        )
        response.create_check_constraint(op.f("ck_response_leaf"), "length(leaf) = 32")
