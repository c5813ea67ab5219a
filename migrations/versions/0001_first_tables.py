"""First tables.

Versions never import survey: the model moves on, a migration does not. Name every constraint.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite's STRICT tables know only INTEGER, REAL, TEXT and BLOB.
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="username, or `system`"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="what it was done to, e.g. a campaign's code",
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    op.create_table(
        "refusal_counter",
        sa.Column("day", sa.Text(), nullable=False, comment="calendar day of Asia/Shanghai"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('wrong_code', 'used_code', 'wrong_token', 'work_asked')",
            name=op.f("ck_refusal_counter_kind"),
        ),
        sa.CheckConstraint("refused > 0", name=op.f("ck_refusal_counter_refused")),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_refusal_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the canonical content"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_questionnaire_code_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "uscc", sa.Text(), nullable=False, comment="unified social credit code, 18 characters"
        ),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("short_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "area_code",
            sa.Text(),
            nullable=False,
            comment="12 digits; where the unit's residents live",
        ),
        sa.Column("is_vertical", FLAG, nullable=False, comment="led from above the county"),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_changed_at", MOMENT, nullable=False, comment="older sessions end"),
        sa.Column(
            "password_one_time", FLAG, nullable=False, comment="to be changed after signing in"
        ),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(role = 'class_group') = (class_code IS NOT NULL)", name=op.f("ck_account_class_scope")
        ),
        sa.CheckConstraint(
            "(role = 'unit_liaison') = (unit_id IS NOT NULL)", name=op.f("ck_account_unit_scope")
        ),
        sa.CheckConstraint(
            "role IN ('office_admin', 'office_review', 'class_group', 'unit_liaison', 'inspector', 'leader')",
            name=op.f("ck_account_role"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
        sqlite_strict=True,
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("organiser_zh", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "simulated", FLAG, nullable=False, comment="answers are invented; said wherever shown"
        ),
        sa.Column("scheme", sa.Text(), nullable=False, comment="scheme.yaml as loaded"),
        sa.Column("notices", sa.Text(), nullable=False, comment="notices.yaml as loaded"),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("plan_digest", sa.Text(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (plan IS NULL)", name=op.f("ck_campaign_plan_frozen_when_open")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'scored', 'released')",
            name=op.f("ck_campaign_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_campaign_period")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_campaign_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "appraisal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("run_by", sa.Text(), nullable=False),
        sa.Column("plan_digest", sa.Text(), nullable=False),
        sa.Column("data_digest", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_appraisal_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
        sqlite_strict=True,
    )
    op.create_table(
        "area",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="from 1; 0 stands for not a local resident",
        ),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind_zh", sa.Text(), nullable=False, comment="镇, 乡 or 街道"),
        sa.Column("resident_population", sa.Integer(), nullable=False),
        sa.Column("n_villages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_area_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "code", name=op.f("pk_area")),
        sa.UniqueConstraint("campaign_id", "position", name=op.f("uq_area_campaign_id_position")),
        sqlite_strict=True,
    )
    op.create_table(
        "campaign_unit",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column("item_ids", sa.Text(), nullable=False, comment="scored items in answer order"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_unit_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", name=op.f("pk_campaign_unit")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column(
            "frontier",
            sa.LargeBinary(),
            nullable=False,
            comment="roots of the complete subtrees, largest first",
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_ledger_size")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_ledger_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_ledger")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_node",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("level", SMALL, nullable=False, comment="2**level leaves"),
        sa.Column("position", BIG, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_ledger_node_hash")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_ledger_node_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "level", "position", name=op.f("pk_ledger_node")),
        sqlite_strict=True,
    )
    op.create_table(
        "margin",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.CheckConstraint("population >= 0", name=op.f("ck_margin_population")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_margin_campaign_id")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "area_code", "dimension", "level", name=op.f("pk_margin")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "progress_counter",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local calendar day"),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column(
            "valid",
            sa.Integer(),
            nullable=False,
            comment="passing the rules that one answer alone decides",
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_progress_counter_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_progress_counter_unit_id")),
        sa.PrimaryKeyConstraint(
            "campaign_id",
            "unit_id",
            "group_code",
            "channel",
            "day",
            name=op.f("pk_progress_counter"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "respondent_group",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("min_valid", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_respondent_group_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "code", name=op.f("pk_respondent_group")),
        sqlite_strict=True,
    )
    op.create_table(
        "tree_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_tree_head_size")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_tree_head_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_head")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_tree_head_campaign_size", "tree_head", ["campaign_id", "size"], unique=False
    )
    op.create_table(
        "entrance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column(
            "place",
            sa.Text(),
            nullable=False,
            comment="where a poster hangs; empty for invitations",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="of the poster at its place, from 1",
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_entrance_version")),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(kind = 'poster' AND code IS NOT NULL AND code_hash IS NULL) OR (kind <> 'poster' AND code IS NULL AND code_hash IS NOT NULL)",
            name=op.f("ck_entrance_code_by_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'sitting') = (unit_id IS NULL)", name=op.f("ck_entrance_unit_by_kind")
        ),
        sa.CheckConstraint(
            "kind IN ('poster', 'invitation', 'sitting')", name=op.f("ck_entrance_kind")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "group_code"],
            ["respondent_group.campaign_id", "respondent_group.code"],
            name=op.f("fk_entrance_campaign_id_group_code"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"],
            ["campaign_unit.campaign_id", "campaign_unit.unit_id"],
            name=op.f("fk_entrance_campaign_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_entrance_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrance")),
        sa.UniqueConstraint("code", name=op.f("uq_entrance_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_entrance_code_hash")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_entrance_issued",
        "entrance",
        ["campaign_id", "kind", "unit_id", "group_code", "channel"],
        unique=False,
    )
    op.create_table(
        "covered_unit",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"],
            ["campaign_unit.campaign_id", "campaign_unit.unit_id"],
            name=op.f("fk_covered_unit_campaign_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["entrance.id"], name=op.f("fk_covered_unit_invitation_id")
        ),
        sa.PrimaryKeyConstraint("invitation_id", "unit_id", name=op.f("pk_covered_unit")),
        sqlite_strict=True,
    )
    op.create_table(
        "sitting",
        sa.Column("invitation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "receipt",
            sa.LargeBinary(),
            nullable=False,
            comment="HMAC of the form's nonce; those of the answers are made from it",
        ),
        sa.CheckConstraint("length(receipt) = 10", name=op.f("ck_sitting_receipt")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_sitting_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["entrance.id"], name=op.f("fk_sitting_invitation_id")
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("receipt", name=op.f("uq_sitting_receipt")),
        sqlite_strict=True,
    )
    op.create_table(
        "group_coefficient",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("coefficient", sa.Text(), nullable=False),
        sa.Column("target_valid", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "group_code"],
            ["respondent_group.campaign_id", "respondent_group.code"],
            name=op.f("fk_group_coefficient_campaign_id_group_code"),
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "class_code", "group_code", name=op.f("pk_group_coefficient")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column(
            "document",
            sa.Text(),
            nullable=False,
            comment="the score document as JSON, byte for byte",
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_release_appraisal_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_release_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["release.id"], name=op.f("fk_release_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_release_campaign_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "response",
        sa.Column("id", BIG, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "receipt",
            sa.LargeBinary(),
            nullable=False,
            comment="HMAC of the form's nonce: a replay gives the same",
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("entrance_id", sa.Integer(), nullable=False),
        sa.Column(
            "invitation_id",
            sa.Integer(),
            nullable=True,
            comment="set for invitations: one answer each",
        ),
        sa.Column(
            "sitting_id",
            sa.Integer(),
            nullable=True,
            comment="the same for one person's units",
        ),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("age", SMALL, nullable=False),
        sa.Column("sex", SMALL, nullable=False),
        sa.Column("residence", SMALL, nullable=False),
        sa.Column("area", SMALL, nullable=False),
        sa.Column("own_staff", FLAG, nullable=False),
        sa.Column(
            "local_answers",
            sa.Text(),
            nullable=False,
            comment="JSON by item of what is neither scored nor text; empty without any",
        ),
        sa.Column(
            "arrangement",
            SMALL,
            nullable=False,
            comment="bit 0: scale turned round; bits 1-2: order of the items",
        ),
        sa.Column("submitted_ms", BIG, nullable=False, comment="epoch milliseconds"),
        sa.Column("duration_ms", BIG, nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("device_mark", sa.LargeBinary(), nullable=True),
        sa.Column("network_mark", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_index", BIG, nullable=False, comment="place in the campaign's ledger"),
        sa.Column("leaf", sa.LargeBinary(), nullable=False, comment="SHA-256 leaf of the ledger"),
        sa.CheckConstraint(
            "sitting_id IS NULL OR invitation_id IS NULL",
            name=op.f("ck_response_invitation_or_sitting"),
        ),
        sa.CheckConstraint("leaf_index >= 0", name=op.f("ck_response_leaf_index")),
        sa.CheckConstraint("duration_ms >= 0", name=op.f("ck_response_duration")),
        sa.CheckConstraint("length(answers) BETWEEN 1 AND 60", name=op.f("ck_response_answers")),
        sa.CheckConstraint(
            "length(local_answers) <= 10000", name=op.f("ck_response_local_answers")
        ),
        sa.CheckConstraint("arrangement BETWEEN 0 AND 7", name=op.f("ck_response_arrangement")),
        sa.CheckConstraint("length(receipt) = 10", name=op.f("ck_response_receipt")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_response_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["entrance_id"], ["entrance.id"], name=op.f("fk_response_entrance_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["entrance.id"], name=op.f("fk_response_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_response_questionnaire_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id", "unit_id"],
            ["covered_unit.invitation_id", "covered_unit.unit_id"],
            name=op.f("fk_response_sitting_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.invitation_id"], name=op.f("fk_response_sitting_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_response_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint(
            "campaign_id", "leaf_index", name=op.f("uq_response_campaign_id_leaf_index")
        ),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_response_invitation_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_response_receipt")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_response_campaign_unit", "response", ["campaign_id", "unit_id"], unique=False
    )
    op.create_index(
        "ux_response_sitting_unit",
        "response",
        ["sitting_id", "unit_id"],
        unique=True,
        sqlite_where=sa.text("sitting_id IS NOT NULL"),
        postgresql_where=sa.text("sitting_id IS NOT NULL"),
    )
    op.create_table(
        "comment",
        sa.Column("response_id", BIG, autoincrement=False, nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False, comment="reason ids joined by ;"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "local_texts", sa.Text(), nullable=False, comment="JSON by item; empty without any"
        ),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_comment_text")),
        sa.CheckConstraint("length(local_texts) <= 6000", name=op.f("ck_comment_local_texts")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_comment_response_id")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_comment")),
        sqlite_strict=True,
    )
    op.create_table(
        "verdict",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("response_id", BIG, autoincrement=False, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False, comment="rule ids joined by ;"),
        sa.CheckConstraint(
            "verdict IN ('flag', 'quarantine', 'exclude')", name=op.f("ck_verdict_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_verdict_appraisal_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_verdict_response_id")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "response_id", name=op.f("pk_verdict")),
        sqlite_strict=True,
    )
    op.create_table(
        "coaching_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "entrance_id",
            sa.Integer(),
            nullable=True,
            comment="posters only: an invitation would name one person",
        ),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "mark",
            sa.LargeBinary(),
            nullable=False,
            comment="of the form, so that sending twice counts once",
        ),
        sa.CheckConstraint("length(text) <= 500", name=op.f("ck_coaching_report_text")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_coaching_report_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["entrance_id"], ["entrance.id"], name=op.f("fk_coaching_report_entrance_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_coaching_report_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_report")),
        sa.UniqueConstraint("mark", name=op.f("uq_coaching_report_mark")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_coaching_report_campaign_unit",
        "coaching_report",
        ["campaign_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "feedback_case",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "level", sa.Text(), nullable=True, comment="which deadline of the scheme applies"
        ),
        sa.Column(
            "redacted",
            sa.Text(),
            nullable=True,
            comment="all that anybody outside the office reads",
        ),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column(
            "release_on", sa.Text(), nullable=False, comment="no unit sees it before this day"
        ),
        sa.Column("seen_on", sa.Text(), nullable=True, comment="the unit sees it from this day on"),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column(
            "satisfied",
            FLAG,
            nullable=True,
            comment="the resident on the handling; never part of a score",
        ),
        sa.CheckConstraint(
            "state IN ('opened', 'dismissed', 'verified', 'assigned', 'replied', 'published', 'closed')",
            name=op.f("ck_feedback_case_state"),
        ),
        sa.CheckConstraint("level IN ('simple', 'complex')", name=op.f("ck_feedback_case_level")),
        sa.CheckConstraint(
            "state IN ('opened', 'dismissed') OR (level IS NOT NULL AND redacted IS NOT NULL)",
            name=op.f("ck_feedback_case_verified"),
        ),
        sa.CheckConstraint("length(redacted) <= 4000", name=op.f("ck_feedback_case_redacted")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_feedback_case_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_feedback_case_response_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_feedback_case_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_case")),
        sa.UniqueConstraint("code", name=op.f("uq_feedback_case_code")),
        sa.UniqueConstraint("response_id", name=op.f("uq_feedback_case_response_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_feedback_case_campaign_unit",
        "feedback_case",
        ["campaign_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "case_step",
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="username, or `resident`"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "step IN ('verified', 'dismissed', 'assigned', 'replied', 'returned', 'published', 'answered', 'closed')",
            name=op.f("ck_case_step_step"),
        ),
        sa.CheckConstraint("length(text) <= 4000", name=op.f("ck_case_step_text")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_case.id"], name=op.f("fk_case_step_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_case_step")),
        sqlite_strict=True,
    )
