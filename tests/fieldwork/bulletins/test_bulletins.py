"""Progress bulletins: due on the scheme's days, told without ranking, kept as they went out."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from docx import Document
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.fieldwork.bulletins.content import bulletin_content, standing
from survey.fieldwork.bulletins.due import bulletin_days, due_today
from survey.fieldwork.bulletins.issuing import issue_bulletin
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import OPEN_CHANNEL
from survey.fieldwork.progress import read_progress
from survey.model import AnswerTally, AuditEntry, Bulletin, BulletinFile, Entrance, ProgressCounter
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.factories import CODE
from tests.fieldwork.papers.printed import pages, texts
from tests.officials import signed_in, staff, token
from tests.respond.factories import invitation_codes, poster_code

PAGE = f"/office/campaigns/{CODE}/bulletins"
THIRD = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
EIGHTH = THIRD + timedelta(days=5)


@pytest.fixture
def opened(site: Site) -> Site:
    """An open campaign with its officials; the clock is of each test."""
    staff(site)
    return site


def on(site: Site, at: datetime) -> Flask:
    return create_app(replace(site, clock=lambda: at))


def counted(site: Site, place: str, n: int, day: str, channel: str = OPEN_CHANNEL) -> None:
    """Let the counters have answers of a day about a unit and group, as A01/G1."""
    unit_code, group_code = place.split("/")
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        [entry] = [each for each in campaign.units if each.unit.code == unit_code]
        key = {"campaign_id": campaign.id, "unit_id": entry.unit_id, "day": day}
        row = ProgressCounter(**key, group_code=group_code, channel=channel)
        row.received = row.valid = row.sources = n
        session.add(row)


def by_poster(site: Site, unit_code: str, n: int, *days: int) -> None:
    """Let the tallies have answers of some days of December through a unit's posters."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        [entry] = [each for each in campaign.units if each.unit.code == unit_code]
        hung = sa.select(Entrance).filter_by(kind="poster", unit_id=entry.unit_id)
        key = {"campaign_id": campaign.id, "kind": "poster", "channel": OPEN_CHANNEL}
        session.add_all(
            AnswerTally(
                **key, of=each.id, group_code=each.group_code, value=f"2026-12-{day:02}", counted=n
            )
            for each in session.scalars(hung).all()
            for day in days
        )


def contents(session: Session) -> dict[tuple[str, str], bytes]:
    files = session.scalars(sa.select(BulletinFile))
    return {(file.lang, file.kind): file.content for file in files}


def issue(admin: FlaskClient) -> None:
    done = admin.post(PAGE, data={"csrf_token": token(admin.get("/office/password"))})
    assert done.status_code == 302, done.text


def words(document: bytes) -> str:
    read = Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def test_a_bulletin_is_offered_on_the_schemes_days_and_issued_once(opened: Site) -> None:
    second = signed_in(on(opened, THIRD - timedelta(days=1)), "admin")
    assert "还没有发出过进度通报" in second.get(PAGE).text
    assert "下一期：2026-12-03" in second.get(PAGE).text
    refused = second.post(PAGE, data={"csrf_token": token(second.get("/office/password"))})
    assert refused.status_code == 422
    assert "下一期在 2026-12-03" in refused.text
    admin = signed_in(on(opened, THIRD), "admin")
    assert "进度通报待发（方案定在2026-12-03）" in admin.get("/office/").text
    calendar = f"/office/campaigns/{CODE}/calendar"
    assert "待发" in admin.get(calendar).text
    assert "发出第1期" in admin.get(PAGE).text
    issue(admin)
    issue(admin)
    with opened.database.reading() as session:
        [bulletin] = session.scalars(sa.select(Bulletin)).all()
        [entry] = session.scalars(sa.select(AuditEntry).filter_by(action="bulletin.issue")).all()
        digests = {
            f"{file.lang}.{file.kind}": hashlib.sha256(file.content).hexdigest()
            for file in session.scalars(sa.select(BulletinFile))
        }
    assert (bulletin.number, bulletin.day, bulletin.issued_by) == (1, "2026-12-03", "admin")
    assert entry.detail == {"number": 1, "day": "2026-12-03", "files": digests}
    assert sorted(digests) == ["en.docx", "en.pdf", "zh.docx", "zh.pdf"]
    assert "待发" not in admin.get("/office/").text
    assert "第1期已发出" in admin.get(calendar).text
    assert [each for each in verify(opened) if each.field.endswith("bulletins")] == []
    # What was missed is issued on the next day that somebody is there, and counts for its day.
    ninth = signed_in(on(opened, EIGHTH + timedelta(days=1)), "admin")
    issue(ninth)
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        days = bulletin_days(session, campaign=campaign)
        due = due_today(session, campaign=campaign, today=date(2026, 12, 10))
        afterwards = due_today(session, campaign=campaign, today=date(2026, 12, 21))
    assert [(each.place, each.bulletin and each.bulletin.day) for each in days] == [
        (3, "2026-12-03"),
        (8, "2026-12-09"),
        (13, None),
        (18, None),
    ]
    assert due is None
    assert afterwards is None  # though nobody has closed it yet


def test_files_say_the_counters_in_both_languages_and_open_as_word_and_pdf(opened: Site) -> None:
    counted(opened, "A01/G1", 60, "2026-12-04")
    counted(opened, "A02/G1", 4, "2026-12-05")
    counted(opened, "A01/G2", 25, "2026-12-06", "token_sms")
    invitation_codes(opened, 100, unit_code="A01")
    for unit in ("A01", "A02", "B01"):
        poster_code(opened, unit, "G2" if unit == "B01" else "G1")
    by_poster(opened, "A02", 6, *range(5, 8))
    admin = signed_in(on(opened, EIGHTH), "admin")
    shown = admin.get(PAGE).text
    issue(admin)
    for lang, said in (
        ("zh", ["进度通报", "第1期", "2026年12月8日", "今天是第8天，还剩12天", "回收率", "25%"]),
        ("en", ["Bulletin No. 1", "8 December 2026", "this is day 8, and 12 days are left"]),
    ):
        word = admin.get(f"{PAGE}/1/{lang}.docx")
        assert word.status_code == 200
        told = words(word.data)
        for each in said:
            assert each in told, (lang, each)
        paper = admin.get(f"{PAGE}/1/{lang}.pdf").data
        plain = re.sub(r"\s", "", "".join(texts(paper)))
        for each in said:
            assert re.sub(r"\s", "", each) in plain, (lang, each)
        assert all(page.min() < 128 for page in pages(paper, 0.5))
    chinese = words(admin.get(f"{PAGE}/1/zh.docx").data)
    assert "共收到有效答卷89份，计划8721份，完成1%" in chinese
    assert "64" in chinese  # group 1 of class A
    # Six a day came by the poster of A02, none by that of A01; of B01's group none ever did.
    told = chinese.partition("请查看海报是否还在")[2].splitlines()[1]
    assert told == "城关街道。"
    assert "共收到有效答卷89份" in shown
    # Headings are headings, fonts are named as the standard has them.
    read = Document(io.BytesIO(admin.get(f"{PAGE}/1/zh.docx").data))
    headings = [each.text for each in read.paragraphs if each.style.name == "Heading 1"]
    assert headings[0] == "一、总体进度"
    assert len(headings) == 6
    body = read.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia"))
    assert body == "仿宋_GB2312"
    assert read.core_properties.author == read.paragraphs[2].text.partition("　")[0]


def test_the_bulletin_and_the_register_call_the_same_posters_silent(opened: Site) -> None:
    def told() -> str:
        with opened.database.reading() as session:
            campaign = find_campaign(session, CODE)
            content = bulletin_content(session, campaign=campaign, number=1, at=EIGHTH)
        [part] = [each for each in content.parts if each.heading.zh == "海报"]
        return "".join(line.zh for line in part.lines)

    admin = signed_in(on(opened, EIGHTH), "admin")
    register = f"/office/campaigns/{CODE}/watch/posters"
    poster_code(opened, "A01")
    with opened.database.writing() as session:
        session.execute(sa.update(Entrance).values(issued_at=EIGHTH - timedelta(days=1)))
    assert told() == "没有张贴满2天的海报。"
    poster_code(opened, "A02")
    poster_code(opened, "A03")
    assert told() == "没有无人作答的海报。"  # none ever brought anything
    assert "没有异常" in admin.get(register).text
    by_poster(opened, "A03", 9, 5, 6, 7)
    assert told().endswith("：东湖街道。")
    assert re.findall(r'<th scope="row">(\S+)</th>', admin.get(register).text) == ["东湖街道"]
    by_poster(opened, "A02", 9, 7)
    assert told() == "没有无人作答的海报。"
    assert "没有异常" in admin.get(register).text


def test_units_stand_in_the_schemes_order_in_words_with_no_count(opened: Site) -> None:
    counted(opened, "C05/G2", 500, "2026-12-02")  # most answers, last in the order
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        content = bulletin_content(session, campaign=campaign, number=1, at=THIRD)
        names = [entry.unit.name_zh for entry in campaign.units]
        state = read_progress(session, campaign=campaign, units=campaign.units, at=THIRD)
    table = content.parts[3].table
    assert table is not None
    assert [row[0].zh for row in table.rows] == names
    assert {row[2].zh for row in table.rows} == {"未达最低份数"}
    assert not any(re.search(r"\d", cell.zh) for row in table.rows for cell in row[2:])
    everything = "".join(
        cell.zh for part in content.parts if part.table for row in part.table.rows for cell in row
    )
    assert "得分" not in everything
    [first, *_others] = state.units
    done = replace(first, cells=tuple(replace(cell, valid=cell.target) for cell in first.cells))
    assert standing(done).zh == "已完成"
    going = replace(
        first, cells=tuple(replace(cell, valid=cell.target - 1) for cell in first.cells)
    )
    assert standing(going).en == "on the way"


def test_so_few_answers_that_they_would_tell_of_single_people_are_not_told(opened: Site) -> None:
    counted(opened, "A01/G1", 4, "2026-12-02")
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        content = bulletin_content(session, campaign=campaign, number=1, at=THIRD)
    in_all, by_class, *_others = content.parts
    assert "共收到有效答卷不足10份，计划8721份；评议时间已过去" in in_all.lines[1].zh
    assert by_class.table is not None
    assert [cell.zh for cell in by_class.table.rows[0][2:]] == ["2640", "不足10", "–"]


def test_what_came_of_a_class_of_one_unit_is_not_told(opened: Site) -> None:
    counted(opened, "C01/G2", 40, "2026-12-02")
    with opened.database.writing() as session:
        campaign = find_campaign(session, CODE)
        for entry in campaign.units:
            if entry.class_code == "C" and entry.unit.code != "C01":
                session.delete(entry)
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        content = bulletin_content(session, campaign=campaign, number=1, at=THIRD)
    table = content.parts[1].table
    assert table is not None
    alone = [row for row in table.rows if row[0].zh.startswith("C")]
    assert {tuple(cell.zh for cell in row[3:]) for row in alone} == {("–", "–")}


def test_a_scheme_names_its_own_days_and_those_after_the_end_are_none(opened: Site) -> None:
    with opened.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.scheme = {**campaign.scheme, "bulletin_days": [10, 2, 99]}
    with opened.database.reading() as session:
        days = bulletin_days(session, campaign=find_campaign(session, CODE))
    assert [(each.place, each.day.isoformat()) for each in days] == [
        (2, "2026-12-02"),
        (10, "2026-12-10"),
    ]


def test_days_that_all_lie_after_the_end_are_none(opened: Site) -> None:
    with opened.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.scheme = {**campaign.scheme, "bulletin_days": [98, 99]}
        assert bulletin_days(session, campaign=campaign) == []


def test_the_same_figures_of_one_moment_are_the_same_bytes(opened: Site) -> None:
    standing_still = replace(opened, clock=lambda: THIRD)
    issue_bulletin(standing_still, campaign_code=CODE, by="admin")
    with opened.database.writing() as session:
        first = {
            (file.lang, file.kind): file.content
            for file in session.scalars(sa.select(BulletinFile))
        }
        session.execute(sa.delete(BulletinFile))
        session.execute(sa.delete(Bulletin))
    issue_bulletin(standing_still, campaign_code=CODE, by="admin")
    with opened.database.reading() as session:
        again = {
            (file.lang, file.kind): file.content
            for file in session.scalars(sa.select(BulletinFile))
        }
    assert again == first


def test_who_may_not_run_a_campaign_reads_what_was_issued_and_nothing_that_is_due(
    opened: Site,
) -> None:
    app = on(opened, THIRD)
    liaison = signed_in(app, "liaison")
    assert "2026-12-03应发的一期还没有发出" in liaison.get(PAGE).text
    assert "总体进度" not in liaison.get(PAGE).text
    carried = token(liaison.get("/office/password"))
    assert liaison.post(PAGE, data={"csrf_token": carried}).status_code == 403
    issue(signed_in(app, "admin"))
    assert liaison.get(f"{PAGE}/1/zh.pdf").status_code == 200
    assert liaison.get(f"{PAGE}/1/zh.txt").status_code == 404
    assert liaison.get(f"{PAGE}/2/zh.pdf").status_code == 404
    with pytest.raises(Refused):
        issue_bulletin(replace(opened, clock=lambda: EIGHTH), campaign_code=CODE, by="liaison")


def test_a_bulletin_changed_afterwards_is_found(opened: Site) -> None:
    issue_bulletin(replace(opened, clock=lambda: THIRD), campaign_code=CODE, by="admin")
    with opened.database.writing() as session:
        file = session.scalars(sa.select(BulletinFile)).first()
        assert file is not None
        file.content = b"other"
        file.digest = hashlib.sha256(b"other").hexdigest()
    assert any("第 1 期进度通报" in each.zh for each in verify(opened, only=CODE))
