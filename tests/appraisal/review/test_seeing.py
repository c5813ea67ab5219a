"""Who sees cases, and that nobody learns of a single answer from them."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.app import create_app
from survey.clock import from_epoch_ms, local_minute
from survey.model import Comment, Response, ReviewCase
from survey.site.installation import Site
from tests.appraisal.review.attacked import HERE, RUNS, after, case_numbers, press, say, scored
from tests.officials import signed_in

READERS = ("admin", "review", "leader", "inspector", "auditor")


@pytest.fixture
def app(site: Site) -> Flask:
    scored(site)
    return create_app(replace(site, clock=after))


@pytest.mark.parametrize("who", READERS)
def test_those_who_may_read_find_every_case(app: Flask, site: Site, who: str) -> None:
    number = case_numbers(site, "shared_network")[0]
    client = signed_in(app, who)
    assert "同一网络的相同答卷" in client.get(HERE).text
    page = client.get(f"{HERE}{number}")
    assert page.status_code == 200
    assert page.text.count('<svg class="daily"') == 2
    decides = who in {"admin", "review"}
    assert ('value="exclude"' in page.text) == decides
    assert ("试算三种认定的得分" in page.text) == decides
    if not decides:
        assert say(client, number, "exclude").status_code == 404


def test_a_class_group_reads_its_own_class_alone(app: Flask, site: Site) -> None:
    [number, *_more] = case_numbers(site, "shared_network")  # of class B
    client = signed_in(app, "groupa")
    page = client.get(HERE)
    assert page.status_code == 200
    assert "B03" not in page.text
    assert client.get(f"{HERE}{number}").status_code == 404
    assert "件案卷待两人认定" not in client.get("/office/").text


def test_the_unit_rated_finds_nothing_and_its_asking_is_logged(
    app: Flask, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    [number, *_more] = case_numbers(site, "shared_network")
    client = signed_in(app, "liaison")
    for address in (HERE, f"{HERE}{number}", RUNS):
        caplog.clear()
        assert client.get(address).status_code == 404
        assert "liaison may not" in caplog.text
    assert say(client, number, "keep").status_code == 404
    assert "复核" not in client.get("/office/").text


def test_no_page_joins_an_answer_to_a_time_or_a_text(app: Flask, site: Site) -> None:
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    for who in (admin, review):
        say(who, case_numbers(site, "quarantined")[0], "exclude")
    with site.database.reading() as session:
        cases = session.scalars(sa.select(ReviewCase)).all()
        about = {number for case in cases for number in case.responses}
        rows = session.execute(
            sa.select(Response.receipt, Response.submitted_ms).where(Response.id.in_(about))
        ).all()
        comments = set(session.scalars(sa.select(Comment.text).where(Comment.text != "")))
    assert len(rows) > 50
    zone = "Asia/Shanghai"
    minutes = {local_minute(from_epoch_ms(row.submitted_ms), zone)[11:] for row in rows}
    minutes -= {minute for minute in minutes if minute.endswith(":00")}  # an hour is told
    assert len(comments) > 10
    for client in (admin, signed_in(app, "inspector")):
        for case in cases:
            page = client.get(f"{HERE}{case.number}").text
            body = page[page.index("<main") : page.index("</main>")]
            assert not minutes & set(re.findall(r"\b\d\d:\d\d\b", body))
            assert not any(text in body for text in comments)
            assert not any(row.receipt.hex() in page for row in rows)
            assert case.digest not in page
            assert len(page) < 60_000


def test_few_answers_are_told_by_neither_day_nor_pattern(app: Flask, site: Site) -> None:
    with site.database.reading() as session:
        few = session.scalars(sa.select(ReviewCase).where(ReviewCase.n.between(1, 9))).all()
        more = session.scalars(sa.select(ReviewCase).where(ReviewCase.n >= 10)).all()
    assert few
    for case in few:
        assert not case.content["course"]
        assert not case.content["pattern"]
        assert case.content["first_day"] == ""
        assert "不足10份" in signed_in(app, "leader").get(f"{HERE}{case.number}").text
    counts = [slot["count"] for case in more for slot in case.content["course"]]
    assert counts
    assert all(count % 10 == 0 for count in counts)


def test_runs_are_listed_for_those_who_see_scores(app: Flask, site: Site) -> None:
    for who, status in (("leader", 200), ("groupa", 200), ("inspector", 404)):
        assert signed_in(app, who).get(RUNS).status_code == status
    assert "第一次计分" in signed_in(app, "auditor").get(RUNS).text


def test_cases_can_be_filtered(app: Flask, site: Site) -> None:
    admin = signed_in(app, "admin")
    number = case_numbers(site, "shared_network")[0]
    say(admin, number, "keep")
    assert f"{HERE}{number}" in admin.get(f"{HERE}?state=waiting&class=B&unit=B03").text
    assert f'href="{HERE}{number}"' not in admin.get(f"{HERE}?state=open").text
    assert "没有符合条件的案卷" in admin.get(f"{HERE}?class=A&unit=B03").text


def test_the_list_before_releasing_counts_what_is_undecided(app: Flask, site: Site) -> None:
    page = signed_in(app, "admin").get("/office/campaigns/ANLAN-2026-GZPY/release").text
    with site.database.reading() as session:
        n = session.scalar(sa.select(sa.func.count()).select_from(ReviewCase))
    assert f"有 {n} 件待两人认定" in page


def test_a_case_is_told_in_english_too(app: Flask, site: Site) -> None:
    admin = signed_in(app, "admin")
    number = case_numbers(site, "shared_network")[0]
    assert press(admin, f"{HERE}{number}/weigh").status_code == 302
    page = admin.get(f"{HERE}{number}?lang=en").text
    for words in ("Count them as one", "near-identical answers came from one network", "Decision"):
        assert words in page
    assert "All runs" in admin.get(f"{HERE}?lang=en").text
