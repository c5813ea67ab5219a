"""Unscored items and varied orders over HTTP, without script."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.app import create_app
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.leaf import row_leaf
from survey.model import Case, Comment, Response
from survey.respond.door import form_token, opening
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, LOCAL_ITEMS, in_fieldwork, open_anlan
from tests.respond.factories import poster_code, thanked
from tests.respond.test_resident_page import ANSWERS, ITEMS, close, token_in

VISITED = {"l_VISITED": "yes", "l_TIMES": "3", "l_WAYS": ["agent", "window"]}
BOTH = {"item_order": "random", "scale_direction": "random"}


def started(site: Site, arranged: dict[str, str] | None) -> Site:
    open_anlan(site, local_items=LOCAL_ITEMS, arranged=arranged)
    return replace(site, clock=in_fieldwork)


@pytest.fixture
def open_site(site: Site) -> Site:
    return started(site, None)


@pytest.fixture
def varied_site(site: Site) -> Site:
    return started(site, BOTH)


def client(site: Site) -> FlaskClient:
    return create_app(site).test_client(use_cookies=False)


def filled(resident: FlaskClient, code: str, **changed: Any) -> dict[str, Any]:
    return ANSWERS | {"response_id": token_in(resident.get(f"/q/{code}"))} | changed


def only_row(site: Site) -> tuple[Response, Comment | None]:
    with site.database.reading() as session:
        row = session.scalars(sa.select(Response)).one()
        return row, session.get(Comment, row.id)


def test_answers_lie_with_the_response_and_words_with_the_comment(each_site: Site) -> None:
    site = started(each_site, None)
    resident, code = client(site), poster_code(site)
    words = {"l_MATTER": "办证", "l_WISH": "修路"}
    data = filled(resident, code, **VISITED, **words)
    assert thanked(resident.post(f"/q/{code}", data=data))
    assert thanked(resident.post(f"/q/{code}", data=data))  # a repeat
    row, comment = only_row(site)
    assert json.loads(row.local_answers) == {
        "VISITED": "yes",
        "TIMES": 3,
        "WAYS": ["window", "agent"],
    }
    assert comment is not None
    assert (comment.text, comment.reasons) == ("", "")
    assert json.loads(comment.local_texts) == {"MATTER": "办证", "WISH": "修路"}
    with site.database.reading() as session:
        assert session.scalars(sa.select(Case)).all() == []  # the office lists them; no unit acts


def test_the_ledger_covers_the_answers_and_not_the_words(open_site: Site) -> None:
    resident, code = client(open_site), poster_code(open_site)
    resident.post(f"/q/{code}", data=filled(resident, code, **VISITED, l_WISH="修路"))
    row, _comment = only_row(open_site)
    columns = {c.name: getattr(row, c.name) for c in Response.__table__.columns}
    assert row_leaf(columns, campaign_code=CODE) == row.leaf
    for changed in ({"local_answers": '{"VISITED":"no"}'}, {"arrangement": 1}):
        assert row_leaf(columns | changed, campaign_code=CODE) != row.leaf


def test_what_was_not_asked_is_not_kept(open_site: Site) -> None:
    resident, code = client(open_site), poster_code(open_site)
    data = filled(resident, code, **(VISITED | {"l_VISITED": "no"}), l_MATTER="秘密")
    assert thanked(resident.post(f"/q/{code}", data=data))
    row, comment = only_row(open_site)
    assert row.local_answers == '{"VISITED":"no"}'
    assert comment is None


def test_what_is_asked_and_missing_is_named_with_everything_kept(open_site: Site) -> None:
    resident, code = client(open_site), poster_code(open_site)
    data = filled(resident, code, l_VISITED="yes", l_TIMES="0", l_WISH="修路", comment="留着")
    page = resident.post(f"/q/{code}", data=data)
    assert page.status_code == 422
    summary = page.text.split('role="alert"')[1].split("</div>")[0]
    assert re.findall('href="#([^"]+)"', summary) == ["l_TIMES-0", "l_WAYS-0"]
    assert "请填写1到99之间的整数" in summary
    assert 'value="0"' in page.text
    assert "修路" in page.text
    assert "留着" in page.text
    assert page.text.count(" checked") == 12


def test_without_script_a_condition_is_told_in_words(open_site: Site) -> None:
    resident, code = client(open_site), poster_code(open_site)
    page = resident.get(f"/q/{code}").text
    assert "仅当第9题的回答是“办过”时回答" in page
    english = resident.get(f"/q/{code}?lang=en").text
    assert "Answer only if the answer to question 9 is “Yes”" in english
    assert "过去一年您到安澜县城关街道办事处办过事吗？" in page


def test_another_persons_other_local_answers_are_told_apart(open_site: Site) -> None:
    resident, code = client(open_site), poster_code(open_site)
    data = filled(resident, code, **VISITED, l_WISH="修路")
    assert thanked(resident.post(f"/q/{code}", data=data))
    assert resident.post(f"/q/{code}", data=data | {"l_TIMES": "4"}).status_code == 409
    assert resident.post(f"/q/{code}", data=data | {"l_WISH": "修桥"}).status_code == 409


def test_a_closed_survey_shows_what_was_answered(
    open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident, code = client(open_site), poster_code(open_site)
    data = filled(resident, code, **VISITED, l_WISH="修路")
    close(open_site, code)
    monkeypatch.setattr(opening, "_FRESH_SECONDS", 0.0)
    kept = resident.post(f"/q/{code}", data=data).text.split('class="kept"')[1]
    assert all(words in kept for words in ("办过", "<dd>3</dd>", "窗口、中介", "修路"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_stays_light_and_names_its_script(varied_site: Site, lang: str) -> None:
    resident, code = client(varied_site), poster_code(varied_site, "B09")
    packed = resident.get(f"/q/{code}?lang={lang}", headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) <= 12 * 1024
    assert packed.headers["Content-Security-Policy"].count("'sha256-") == 3
    plain = resident.get("/q")
    assert plain.headers["Content-Security-Policy"] != packed.headers["Content-Security-Policy"]


def shown(page: str) -> tuple[list[str], list[str]]:
    """Return the items in the order of a page, and the values of its first scale."""
    page = " ".join(page.split())  # attributes stand on lines of their own
    names = re.findall(r'type="radio" name="q_(\w+)" id=', page)
    first = page.split('class="scale"')[1].split("</fieldset>", maxsplit=1)[0]
    return names, re.findall(r'value="(\d)"', first)


def test_a_fixed_order_is_the_questionnaires(open_site: Site) -> None:
    resident, code = client(open_site), poster_code(open_site)
    for _visit in range(4):
        assert shown(resident.get(f"/q/{code}").text) == (list(ITEMS), list("543210"))


def test_an_arrangement_lasts_through_every_page_and_is_recorded(varied_site: Site) -> None:
    resident, code = client(varied_site), poster_code(varied_site)
    seen = set()
    recorded: tuple[list[str], list[str]] = ([], [])
    for visit in range(400):  # all eight come long before: 1 - 8 (7/8)^400
        if len(seen) == 8:
            break
        first = resident.get(f"/q/{code}")
        arrangement = shown(first.text)
        seen.add((tuple(arrangement[0]), tuple(arrangement[1])))
        if visit:
            continue
        recorded = arrangement
        assert arrangement[1][-1] == "0"  # 不了解 stays apart at the end
        data = ANSWERS | VISITED | {"response_id": token_in(first), "q_C1": "5", "q_S2A": "1"}
        english = resident.post(f"/q/{code}", data=data | {"do": "lang-en"})
        assert shown(english.text) == arrangement
        wrong = resident.post(f"/q/{code}", data=data | {"q_C1": ""})
        assert (wrong.status_code, shown(wrong.text)) == (422, arrangement)
        assert thanked(resident.post(f"/q/{code}", data=data))
        other = resident.post(f"/q/{code}", data=data | {"age": "70+"})
        assert (other.status_code, shown(other.text)) == (409, arrangement)
        fresh = data | {"age": "70+", "response_id": token_in(other)}
        assert thanked(resident.post(f"/q/{code}", data=fresh))
    assert len(seen) == 8
    with varied_site.database.reading() as session:
        rows = session.scalars(sa.select(Response)).all()
    assert [row.answers for row in rows] == ["54444441", "54444441"]  # never in the order shown
    assert rows[0].arrangement == rows[1].arrangement
    turned = bool(rows[0].arrangement & 1)
    assert turned is (recorded[1][0] == "1")


def test_a_page_that_grew_old_is_renewed_in_the_same_arrangement(varied_site: Site) -> None:
    resident, code = client(varied_site), poster_code(varied_site)
    with varied_site.database.reading() as session:
        name = f"{code}|{find_campaign(session, CODE).questionnaire_id}"
    key, long_ago = varied_site.keys.intake(), FIELDWORK - timedelta(days=31)
    for draw in range(8):
        old = form_token.issue(key=key, page=name, at=long_ago, draw=draw)
        renewed = resident.post(f"/q/{code}", data=ANSWERS | VISITED | {"response_id": old})
        assert renewed.status_code == 422
        told = form_token.check(token_in(renewed), key=key, page=name, at=FIELDWORK)
        assert told.draw == draw
        assert shown(renewed.text)[1] == list("123450" if draw & 1 else "543210")


def test_a_forged_token_gives_the_plain_page(varied_site: Site) -> None:
    resident, code = client(varied_site), poster_code(varied_site)
    page = resident.post(f"/q/{code}", data=ANSWERS | {"response_id": "a.b.c"})
    assert (page.status_code, shown(page.text)[1]) == (422, list("543210"))


HINTED = {"hint": {"zh": "{unit}窗口也算", "en": "windows of {unit} too"}}


def test_a_hint_stands_under_its_question_in_the_language_of_the_page(site: Site) -> None:
    items = [item | HINTED if item["id"] == "TIMES" else item for item in LOCAL_ITEMS]
    open_anlan(site, local_items=items)
    resident, code = client(replace(site, clock=in_fieldwork)), poster_code(site)
    assert "<small>安澜县城关街道办事处窗口也算</small>" in resident.get(f"/q/{code}").text
    assert resident.get(f"/q/{code}?lang=en").text.count("<small>windows of") == 1


def other_ways() -> list[dict[str, Any]]:
    told = {"id": "OTHER", "type": "short_text", "zh": "请注明", "en": "Please say which"}
    place = next(n for n, item in enumerate(LOCAL_ITEMS, start=1) if item["id"] == "WAYS")
    told |= {"required": True, "relevant": "selected(${WAYS}, 'other')"}
    return [*LOCAL_ITEMS[:place], told, *LOCAL_ITEMS[place:]]


def test_another_answer_is_asked_for_in_words_of_those_who_chose_it(site: Site) -> None:
    open_anlan(site, local_items=other_ways())
    resident, code = client(replace(site, clock=in_fieldwork)), poster_code(site)
    other = {"l_VISITED": "yes", "l_TIMES": "3", "l_WAYS": ["other"]}
    missing = resident.post(f"/q/{code}", data=filled(resident, code, **other))
    assert missing.status_code == 422
    assert "第12题没有填，请填写" in missing.text
    assert thanked(
        resident.post(f"/q/{code}", data=filled(resident, code, **other, l_OTHER="代办"))
    )
    _row, comment = only_row(site)
    assert comment is not None
    assert json.loads(comment.local_texts) == {"OTHER": "代办"}


def test_a_page_of_forty_three_further_questions_is_light_and_stored_whole(site: Site) -> None:
    options = [{"value": f"v{n}", "zh": f"第{n}种做法", "en": f"Way {n}"} for n in range(1, 6)]
    items = [
        {"id": f"K{n}", "type": "single", "zh": f"第{n}项：{{unit}}办理这件事方便吗？"}
        | {"en": f"{n}: how easy is this at {{unit}}?", "options": options}
        for n in range(1, 44)
    ]
    open_anlan(site, local_items=items)
    resident, code = client(replace(site, clock=in_fieldwork)), poster_code(site)
    packed = resident.get(f"/q/{code}", headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) <= 30 * 1024
    chosen = {f"l_K{n}": f"v{n % 5 + 1}" for n in range(1, 44)}
    assert thanked(resident.post(f"/q/{code}", data=filled(resident, code, **chosen)))
    row, _comment = only_row(site)
    assert json.loads(row.local_answers) == {name[2:]: value for name, value in chosen.items()}


def test_items_may_come_before_the_scored_ones(site: Site) -> None:
    first = [item | {"first": True} for item in LOCAL_ITEMS[:2]]
    open_anlan(site, local_items=[*first, *LOCAL_ITEMS[2:]])
    resident, code = client(replace(site, clock=in_fieldwork)), poster_code(site)
    page = resident.get(f"/q/{code}").text
    names = list(dict.fromkeys(re.findall(r'name="((?:l|q)_\w+)"', page)))
    assert names[:3] == ["l_VISITED", "l_TIMES", "q_C1"]
    assert names[10] == f"l_{LOCAL_ITEMS[2]['id']}"
    assert "仅当第1题的回答是“办过”时回答" in page
    missing = resident.post(f"/q/{code}", data=filled(resident, code, q_C1="", **VISITED))
    assert "第3题没有选，请选一项" in missing.text
    assert thanked(resident.post(f"/q/{code}", data=filled(resident, code, **VISITED)))
    row, _comment = only_row(site)
    assert json.loads(row.local_answers)["TIMES"] == 3
