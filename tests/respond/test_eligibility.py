"""Who may take part beyond 18: an upper age, and a question that decides."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from survey.app import create_app
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.respond.factories import invitation_codes, open_folder, poster_code, thanked
from tests.respond.test_resident_page import filled, rows, send
from tests.scheme.own_ages import copied, own_ages

A_YEAR: dict[str, Any] = {
    "id": "YEAR",
    "type": "single",
    "required": True,
    "first": True,
    "zh": "您在本县居住满一年了吗？",
    "en": "Have you lived in this county for a year?",
    "options": [
        {"value": "yes", "zh": "满一年", "en": "Yes"},
        {"value": "no", "zh": "不满一年", "en": "No", "eligible": False},
    ],
}
MATTER = {"id": "MATTER", "type": "multiple", "zh": "办过哪些事？", "en": "What for?"} | {
    "options": [{"value": v, "zh": v, "en": v} for v in ("a", "b")]
}


def client(site: Site) -> FlaskClient:
    return create_app(replace(site, clock=in_fieldwork)).test_client(use_cookies=False)


@pytest.fixture
def asking(site: Site) -> FlaskClient:
    open_anlan(site, local_items=[A_YEAR, MATTER])
    return client(site)


def test_who_has_not_lived_here_for_a_year_is_thanked_and_nothing_is_stored(
    asking: FlaskClient, site: Site
) -> None:
    code = poster_code(site)
    page = send(asking, code, l_YEAR="no", l_MATTER=["a"])
    assert (page.status_code, rows(site)) == (200, [])
    assert "感谢您的关注" in page.text
    assert "不在参评范围内" in page.text
    assert "没有保存任何内容" in page.text
    # He need not answer the rest, in either language, by the page's script or without it.
    english = send(asking, code, l_YEAR="no", lang="en", q_C1="", age="")
    assert "not among those asked" in english.text
    data = filled(asking, code, l_YEAR="no")
    by_script = asking.post(f"/q/{code}", data=data, headers={"Accept": "application/json"})
    assert (by_script.status_code, by_script.json) == (403, {"forget": True})
    assert rows(site) == []
    assert thanked(send(asking, code, l_YEAR="yes"))
    assert [row.local_answers for row in rows(site)] == ['{"YEAR":"yes"}']


def test_who_leaves_the_question_out_does_not_pass(asking: FlaskClient, site: Site) -> None:
    code = poster_code(site)
    for given in ("", "maybe"):
        assert send(asking, code, l_YEAR=given).status_code == 422
    assert rows(site) == []


def test_a_code_is_not_used_up_by_who_may_not_answer(asking: FlaskClient, site: Site) -> None:
    [code] = invitation_codes(site, unit_code="A01")
    assert "感谢您的关注" in send(asking, code, l_YEAR="no").text
    assert thanked(send(asking, code, l_YEAR="yes"))


def test_the_page_marks_the_answer_that_ends_it_and_moves_on_by_no_touch(
    asking: FlaskClient, site: Site
) -> None:
    page = asking.get(f"/q/{poster_code(site)}").text
    assert page.count("data-end>") == 1
    first = page.split('name="l_YEAR"')[0].rsplit("<section", 1)[1]
    assert "data-go" not in first.split(">")[0]


def test_who_is_older_than_the_scheme_allows_is_thanked(site: Site, tmp_path: Path) -> None:
    folder = copied(tmp_path / "county")
    own_ages(folder, too_old=True)
    notices = folder / "notices.yaml"
    words = 'not_eligible: {zh: "本次评议面向18—70周岁居民。", en: "For residents of 18 to 70."}\n'
    notices.write_text(notices.read_text("utf-8") + words, "utf-8")
    open_folder(site, folder)
    resident, code = client(site), poster_code(site)
    assert "71岁以上" in resident.get(f"/q/{code}").text
    page = send(resident, code, age="over70")
    assert "本次评议面向18—70周岁居民。" in page.text
    assert "18周岁及以上" in send(resident, code, age="under18").text
    assert rows(site) == []
    assert thanked(send(resident, code, age="60-70"))
    with site.database.reading() as session:
        plan = find_campaign(session, CODE).plan or {}
    assert plan["ages"][-2:] == ["60-70", "over70"]
