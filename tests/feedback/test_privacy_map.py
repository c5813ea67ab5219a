"""The data map in docs/privacy.md names every column that concerns a person."""

import re
from pathlib import Path

import pytest

from survey.model import Base

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/privacy.md").read_text("utf-8")
OF_PERSONS = {
    *(
        "response",
        "sitting",
        "comment",
        "comment_matter",
        "feedback_case",
        "case_step",
        "coaching_report",
    ),
    *("account", "audit_entry", "proposal"),
    *("review_case", "review_word"),
    *("appeal", "appeal_file", "appeal_step"),
    *("on_site_visit", "on_site_photo", "on_site_decision"),
    *("source_seen", "keyed_sheet", "contact_attempt", "reminder"),
    *("call_draw", "call_outcome"),
    *("office_session", "second_factor", "recovery_code", "sign_in_tally", "sign_in_attempts"),
    "first_administrator",
    *("receiver_token", "delivery_address"),
    *("county_key", "county_release"),
}
OF_NOBODY = {
    *("appraisal", "area", "audit_tail", "campaign", "campaign_unit", "covered_unit", "entrance"),
    *("group_coefficient", "installation", "key_fingerprint"),
    *("ledger", "ledger_node", "margin", "progress_counter", "questionnaire", "refusal_counter"),
    *("release", "respondent_group", "sign_in_counter", "tree_head", "unit", "verdict"),
    *("bulletin", "bulletin_file", "page_counter", "review_effect"),
    *("bulletin", "bulletin_file", "document_template", "page_counter"),
    *("answer_tally", "tally_place", "code_batch", "code_commitment", "matter_place"),
    *("call_round", "call_standing"),
    *("receiver_use", "acknowledgement", "delivery", "delivery_attempt"),
    "cosignature",
    *("service_ratings", "job"),
}


STATEMENT = (Path(__file__).resolve().parents[2] / "templates/respond/privacy.html").read_text(
    "utf-8"
)
SAID_TO_RESIDENTS = {
    "每道题的回答": {"answers", "local_answers"},
    "年龄段、性别、居住的乡镇、城镇或农村": {"age", "sex", "area", "residence"},
    "是否本单位工作人员": {"own_staff"},
    "评的单位、评议对象、所用海报或邀请渠道": {
        *("campaign_id", "unit_id", "group_code", "channel", "entrance_id", "questionnaire_id")
    },
    "提交的时间、用时、语言，题目的排列": {"submitted_ms", "duration_ms", "lang", "arrangement"},
    "设备和网络的加密标识": {"device_mark", "network_mark"},
    "一次性评议码的校验值": {"invitation_id", "code_opening"},
    "一人用一个评议码评的几个单位，答卷之间的关联": {"sitting_id"},
    "回执号和存证中的位置": {"id", "receipt", "salt", "leaf", "leaf_index"},
}


def test_residents_are_told_of_every_column_of_an_answer() -> None:
    assert all(words in STATEMENT for words in SAID_TO_RESIDENTS)
    said = set().union(*SAID_TO_RESIDENTS.values())
    assert said == set(Base.metadata.tables["response"].columns.keys())


@pytest.mark.parametrize("table", sorted(OF_PERSONS))
def test_every_column_about_a_person_is_in_the_map(table: str) -> None:
    heading = re.search(rf"^### .*`{table}`.*$", PAGE, re.MULTILINE)
    assert heading is not None
    section = PAGE[heading.end() :].partition("\n##")[0]
    named = {name.rpartition(".")[2] for name in re.findall(r"`([a-z_.]+)`", section)}
    missing = {column.name for column in Base.metadata.tables[table].columns} - named - {"id"}
    assert missing == set()


def test_a_new_table_is_either_mapped_or_known_to_concern_nobody() -> None:
    assert set(Base.metadata.tables) - OF_PERSONS - OF_NOBODY == set()
