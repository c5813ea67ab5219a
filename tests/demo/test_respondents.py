from datetime import date, timedelta

import pytest

from survey.demo.county import county_starting, days_between
from survey.demo.respondents import Respondent, all_respondents, choose


@pytest.fixture(scope="module")
def people() -> list[Respondent]:
    return all_respondents(shift=timedelta())


def test_all_are_there_in_the_order_of_answering(people: list[Respondent]) -> None:
    assert len(people) == 9195
    moments = [person.submitted_at for person in people]
    assert moments == sorted(moments)
    assert {len(person.answers) for person in people} == {8}


def test_a_choice_is_repeatable_by_its_seed(people: list[Respondent]) -> None:
    chosen = choose(people, n=500, seed=3)
    assert chosen == choose(people, n=500, seed=3)
    assert chosen != choose(people, n=500, seed=4)
    assert len({person.response_id for person in chosen}) == 500


def test_more_than_all_are_copies_with_marks_of_their_own(people: list[Respondent]) -> None:
    chosen = choose(people, n=2 * 9195 + 10, seed=1)
    assert len({person.response_id for person in chosen}) == len(chosen) == 2 * 9195 + 10
    tokens = {person.token for person in people if person.token}
    assert len({person.token for person in chosen if person.token}) >= 2 * len(tokens)
    assert all(person.device == "" for person in chosen if person.channel == "phone")


def test_the_county_moves_to_other_days_and_another_year() -> None:
    folder = county_starting(date(2025, 3, 4), code="ANLAN-2025-GZPY")
    campaign = folder.campaign
    assert campaign.campaign_code == "ANLAN-2025-GZPY"
    assert campaign.title_zh == "安澜县2025年度绩效管理公众评议"
    assert campaign.title_en.startswith("Anlan County 2025")
    assert campaign.starts_at.isoformat() == "2025-03-04T00:00:00+08:00"
    assert campaign.ends_at.isoformat() == "2025-03-23T23:59:59+08:00"
    assert folder.document["campaign"]["id"] == "ANLAN-2025-GZPY"
    assert folder.document["notes"]["not_allowed"][3].endswith("(国办函〔2026〕12号)")
    assert "有效期至{day}（含当日）" in folder.texts["sms"]["zh"]
    assert folder.questionnaire["questionnaire_id"] == "ANLAN-2025-GZPY-01"
    assert days_between(date(2025, 3, 4)) == timedelta(days=-637)
