"""What the office sees of the unscored items and of the orders; by hand and through its page."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.appraisal.item_results import ItemResults, read_results
from survey.feedback.erasure import erase_originals
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.model import Comment, Unit
from survey.site.installation import Site
from tests.factories import CODE, LOCAL_ITEMS, in_fieldwork, open_anlan
from tests.officials import add_officials, signed_in
from tests.respond.factories import hand_in, opened, poster_code

pytestmark = pytest.mark.slow

VARIED = {"item_order": "rotated", "scale_direction": "random"}


def told(**answers: object) -> str:
    return json.dumps(answers, separators=(",", ":"))


def answers(site: Site, unit_code: str, given: list[dict[str, object]]) -> None:
    """Let as many residents answer about a unit."""
    code = poster_code(site, unit_code)
    with site.database.writing() as session:
        for number, changed in enumerate(given):
            entrance = opened(session, site, code)
            hand_in(session, entrance, receipt=f"{unit_code}{number:07d}".encode(), **changed)


def close(site: Site) -> None:
    with site.database.writing() as session:
        close_campaign(
            session, campaign=find_campaign(session, CODE), by="tests", clock=in_fieldwork
        )


def found(site: Site, unit_code: str = "", page: int = 1) -> ItemResults | None:
    with site.database.reading() as session:
        unit = session.scalar(sa.select(Unit).where(Unit.code == unit_code))
        campaign = find_campaign(session, CODE)
        return read_results(session, campaign=campaign, unit=unit, lang="zh", page=page)


def answered(site: Site) -> Site:
    """33 answers about A01, 12 about B01, all to the second under a scale turned round."""
    open_anlan(site, local_items=LOCAL_ITEMS, arranged=VARIED)
    agents = [
        {"local_answers": told(VISITED="yes", TIMES=n, WAYS=["agent", "online"], AGENT_FEE="no")}
        for n in range(1, 13)
    ]
    visits = [{"local_answers": told(VISITED="yes", TIMES=2, WAYS=["window"], AGENT_FEE="yes")}] * 9
    away = [{"local_answers": told(VISITED="no")}] * 12
    words = {"local_texts": told(MATTER="办证", WISH="请打13800138000")}
    answers(site, "A01", [{**given, "arrangement": 0} for given in agents + visits + away])
    answers(site, "B01", [{"answers": "33333333", "arrangement": 3, **words}] * 12)
    return site


def test_results_are_shown_after_the_end_alone(each_site: Site) -> None:
    answered(each_site)
    assert found(each_site) is None  # while people answer
    close(each_site)
    results, of_b01 = found(each_site), found(each_site, "B01")
    assert results is not None
    assert of_b01 is not None
    _check_counts(results)
    _check_texts(results)
    _check_orders(results)
    assert [(result.n, result.enough, result.cells) for result in of_b01.items] == [
        (0, False, ())
    ] * 4
    assert of_b01.total == 12
    assert found(each_site, page=2).written == ()  # type: ignore[union-attr]


def _check_counts(results: ItemResults) -> None:
    visited, times, ways, fee = results.items
    assert [(cell.words, cell.count) for cell in visited.cells] == [
        ("办过", 21),
        ("没办过", 12),
    ]
    assert (times.n, times.mean, times.median) == (21, pytest.approx(96 / 21), 2)
    assert [cell.count for cell in ways.cells] == [None, 12, None, 12, None]
    assert (fee.n, [cell.count for cell in fee.cells]) == (21, [None, None])
    assert [result.enough for result in results.items] == [True] * 4


def _check_texts(results: ItemResults) -> None:
    assert len(results.written) == results.total == 12
    assert results.written[0].words == (
        ("最近一次办的是什么事？", "办证"),
        ("您最希望县里明年办成哪一件事？", "请打〔电话〕"),
    )


def _check_orders(results: ItemResults) -> None:
    rows = {(row.kind, row.number): row for row in results.orders}
    assert set(rows) == {("direction", 0), ("direction", 1), ("order", 0), ("order", 1)}
    plain, turned = rows["direction", 0], rows["direction", 1]
    assert (plain.n, turned.n, turned.mean) == (33, 12, 60)
    # 54321054: 100 80 60 30 0 100 80 over the seven that were rated
    assert plain.mean == pytest.approx(450 / 7)
    assert plain.difference == pytest.approx(450 / 7 - 60)
    assert turned.difference == -plain.difference
    assert plain.margin == 0  # everybody in a group answered alike


def test_a_margin_is_twice_the_standard_error(site: Site) -> None:
    open_anlan(site, arranged={"scale_direction": "random"})
    given = [{"answers": value * 8, "arrangement": side} for side in (0, 1) for value in "54" * 10]
    answers(site, "A01", given)
    close(site)
    results = found(site)
    assert results is not None
    # Twenty answers of 100 and 80 on each side: variance 2000/19 (n - 1 as in R's var).
    expected = 1.96 * (2 * (2000 / 19) / 20) ** 0.5
    assert [row.margin for row in results.orders] == [pytest.approx(expected)] * 2
    assert [row.difference for row in results.orders] == [0, 0]


def test_a_fixed_order_has_nothing_to_compare(site: Site) -> None:
    open_anlan(site, local_items=LOCAL_ITEMS)
    answers(site, "A01", [{}] * 12)
    close(site)
    results = found(site)
    assert results is not None
    assert results.orders == ()


def test_words_are_erased_with_the_comments(each_site: Site) -> None:
    open_anlan(each_site, local_items=LOCAL_ITEMS)
    answers(each_site, "A01", [{"local_texts": told(WISH="修路")}] * 3)
    with each_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        late = datetime(2027, 6, 1, tzinfo=UTC)
        assert erase_originals(session, campaign=campaign, by="a", clock=lambda: late) == 3
    with each_site.database.reading() as session:
        assert set(session.scalars(sa.select(Comment.local_texts))) == {""}


def test_the_office_reads_the_page_and_nobody_else(site: Site) -> None:
    open_anlan(site, local_items=LOCAL_ITEMS, arranged=VARIED)
    visits = {"local_answers": told(VISITED="yes", TIMES=3), "local_texts": told(WISH="修路")}
    answers(site, "A01", [{**visits, "arrangement": n % 8} for n in range(96)])
    add_officials(site)
    app = create_app(replace(site, clock=in_fieldwork))
    address = f"/office/campaigns/{CODE}/items"
    admin = signed_in(app, "admin")
    assert "评议结束后才显示" in admin.get(address).text
    overview = admin.get(f"/office/campaigns/{CODE}").text
    assert f'href="{address}"' in overview
    assert all(words in overview for words in ("6 题，不计分", "题目顺序轮换", "选项方向随机"))
    close(site)
    page = admin.get(address).text
    for words in ("演示数据", "96 人回答", "平均 3.0，中位数 3", "修路", "题目顺序 4", "未超出"):
        assert words in page
    assert "第 1 / 2 页" in page
    assert "城关街道" in admin.get(f"{address}?unit=A01").text
    for who in ("groupa", "liaison", "inspector", "leader"):
        assert signed_in(app, who).get(address).status_code == 403
        assert f'href="{address}"' not in signed_in(app, who).get(f"/office/campaigns/{CODE}").text
