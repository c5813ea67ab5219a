"""The pages that count answers by who gave them, through which poster and from where."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import find_poster
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.papers.poster_register import move_poster
from survey.model import Entrance
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, poster
from tests.officials import office, signed_in
from tests.prepared import prepared
from tests.respond.factories import hand_in, opened
from tests.watching.factories import HERE, unit

NOON = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
ANSWERS = 40


@pytest.fixture
def answered(site: Site) -> Site:
    """Thirty men and ten women of Chengguan answer by code; two posters, one busy, one gone."""
    prepared(site, "answered by forty", lambda: _answer(site))
    return replace(site, clock=lambda: NOON + timedelta(days=8))


def _answer(site: Site) -> None:
    office(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        codes = issue_codes(
            session,
            campaign=campaign,
            units=[unit(campaign, "A01")],
            group_code="G1",
            channel="token_sms",
            count=100,
            by="tests",
            clock=lambda: NOON,
            key=site.keys.intake(),
        )
        busy, gone = poster(session, "A01"), poster(session, "A01")
        session.flush()
        for hung in (busy, gone):
            hung.issued_at = NOON - timedelta(days=1)
        names = {"busy": busy.code, "gone": gone.code}
    turn = 0

    def answer(code: str, at: datetime, **person: Any) -> None:
        nonlocal turn
        turn += 1
        with site.database.writing() as session:
            entrance = opened(session, site, code, at=at)
            receipt = str(turn).zfill(10).encode()
            hand_in(session, entrance, receipt=receipt, at=at, device_mark=None, **person)

    for number in range(ANSWERS):
        answer(codes[number], NOON, sex=0 if number < 30 else 1, area=1)
    for day in range(8):
        answer(names["busy"], NOON + timedelta(days=day), area=2, lang="en")
        if day < 3:
            for _ in range(4):
                answer(names["gone"], NOON + timedelta(days=day), area=0)
    for _ in range(30):
        answer(names["busy"], NOON + timedelta(days=4), area=2)


def page(site: Site, path: str, who: str = "admin") -> str:
    answer = signed_in(create_app(site), who).get(f"{HERE}/{path}")
    assert answer.status_code == 200
    assert len(answer.data) <= 60_000
    return re.sub(r"\s+", " ", answer.text)


def test_men_answered_more_and_the_rate_names_its_base(answered: Site) -> None:
    shown = page(answered, "who")
    assert "作答40份 ÷ 发出评议码100个（减去不符合条件0个）" in shown
    assert "40.0%" in shown
    # Men 30 of about 50 invited, women 10 of about 50: by hand, S is near .2 before chance.
    found = dict(re.findall(r"性别 · ([男女]) </th>.*?分项R\"> ?([+-][\d.]+)", shown))
    assert {name: float(value) for name, value in found.items()} == {
        "男": pytest.approx(0.14, abs=0.01),
        "女": pytest.approx(-0.14, abs=0.01),
    }
    (r,) = re.findall(r"代表性R（性别）</dt> <dd> ([\d.]+)", shown)
    assert 0.6 < float(r) < 0.68
    # Eight in English are not told, nor what would tell them: those in Chinese.
    assert re.findall(r"文</th> <td class=\"num\" data-label=\"收到\">([^<]*)<", shown) == [
        "–",
        "–",
    ]


def test_a_silent_and_a_bursting_poster_are_named_and_a_moved_one(answered: Site) -> None:
    shown = page(answered, "posters")
    assert "在用海报2张，其中2张请留意" in shown
    assert "已5天没有答卷" in shown
    assert "2026-12-06一天31份" in shown
    with answered.database.writing() as session:
        campaign = find_campaign(session, CODE)
        ids = session.scalars(sa.select(Entrance.id).where(Entrance.kind == "poster")).all()
        hung = find_poster(session, campaign=campaign, poster_id=ids[0])
        assert hung is not None
        move_poster(
            session, poster=hung, campaign=campaign, place="大厅", by="t", clock=in_fieldwork
        )
    assert "移动过，原在：测试 (2026-12-05)" in page(answered, "posters")


def test_townships_stand_in_the_schemes_order_with_a_picture_and_a_table(answered: Site) -> None:
    shown = page(answered, "townships")
    names = re.findall(r"<tr> <th scope=\"row\"> (\S+)", shown)
    assert names[:3] == ["城关街道", "东湖街道", "青石镇"]
    assert shown.count('<rect x="') >= 3 * len(names)
    assert "不住在本县的答卷约10份" in shown
    assert 'role="img"' in shown


def test_a_class_group_sees_answers_about_its_own_class(answered: Site) -> None:
    assert "作答40份" in page(answered, "who", "groupa")
    liaison = signed_in(create_app(answered), "liaison")
    for path in ("who", "posters", "townships"):
        assert liaison.get(f"{HERE}/{path}").status_code == 403


def test_nothing_answered_yet_is_said(site: Site) -> None:
    office(site)
    assert "还没有收到答卷" in page(site, "who")
    assert "还没有登记海报" in page(site, "posters")
    assert "城关街道" in page(site, "townships")
