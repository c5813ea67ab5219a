"""The data map in docs/privacy.md names every column that concerns a person."""

import re
from pathlib import Path

import pytest

from survey.model import Base

PAGE = (Path(__file__).resolve().parents[2] / "docs/privacy.md").read_text("utf-8")
OF_PERSONS = {
    *("response", "comment", "feedback_case", "case_step", "coaching_report"),
    *("account", "audit_entry"),
}
OF_NOBODY = {
    *("appraisal", "area", "campaign", "campaign_unit", "entrance", "group_coefficient"),
    *("ledger", "ledger_node", "margin", "progress_counter", "questionnaire", "refusal_counter"),
    *("release", "respondent_group", "tree_head", "unit", "verdict"),
}


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
