"""The pages that say how the fieldwork will end, and what it takes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.days import days_of
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.reminders.recording import remind
from survey.model import Campaign
from survey.site.installation import Site
from survey.watching.daily_counts import counted_until
from survey.watching.outlook import Outlook, outlook
from tests.factories import CODE
from tests.officials import add_officials, signed_in
from tests.watching.factories import HERE, count, in_full_swing

DAY_10 = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def swinging(each_site: Site) -> Site:
    in_full_swing(each_site)
    return each_site


@pytest.fixture
def office(site: Site) -> Site:
    in_full_swing(site)
    add_officials(site)
    return replace(site, clock=lambda: DAY_10)


def read(site: Site, at: datetime = DAY_10) -> Outlook:
    with site.database.reading() as session:
        return outlook(session, campaign=find_campaign(session, CODE), at=at)


def test_what_is_in_is_carried_on_to_the_end(swinging: Site) -> None:
    found = read(swinging)
    assert (found.days.n, found.days.over, found.days.left) == (20, 9, 11)
    assert len(found.units) == 26
    cell = found.units[0].cell("G1")
    assert cell is not None
    assert cell.seen == 107
    assert (cell.target, cell.min_valid) == (220, 50)
    assert 107 < cell.final.low < cell.final.value < cell.final.high < 190
    # Most have come by now, so of the plan most should have.
    assert cell.due is not None
    assert 130 < cell.due < 210
    assert cell.half_width.low < cell.half_width.value < cell.half_width.high
    assert cell.help is None


def test_a_weak_group_is_told_with_the_codes_it_takes(swinging: Site) -> None:
    cell = read(swinging).units[1].cell("G2")
    assert cell is not None
    assert cell.misses
    assert cell.help is not None
    assert cell.help.channel == "token_sms"
    assert cell.help.codes % 10 == 0
    assert cell.help.codes > 0
    assert cell.help.n >= cell.min_valid
    assert cell.help.half_width < cell.half_width.value
    # A group that got no codes yet is helped by what codes brought elsewhere.
    none = read(swinging).units[1].cell("G4")
    assert none is not None
    assert none.final.value == 0
    assert none.help is not None
    assert none.help.codes > 0
    other = read(swinging).units[2].cell("G2")
    assert other is not None
    assert not other.misses


def test_answers_of_today_and_codes_of_today_wait_for_tomorrow(swinging: Site) -> None:
    before = [row.cells for row in read(swinging).units]
    with swinging.database.writing() as session:
        count(session, "A01", 10, 500, group="G1", channel="qr_open")
    assert [row.cells for row in read(swinging).units] == before
    cell = read(swinging, DAY_10 + timedelta(days=1)).units[0].cell("G1")
    assert cell is not None
    assert cell.seen == 607


def test_reminders_on_record_are_told_from_what_codes_alone_bring(office: Site) -> None:
    client = signed_in(create_app(office), "leader")
    before = client.get(f"{HERE}/?group=G2").text
    with office.database.writing() as session:
        campaign = find_campaign(session, CODE)
        batches = batches_of(session, campaign=campaign)
        remind(
            session,
            campaign=campaign,
            numbers=[batch.number for batch in batches],
            by="admin",
            clock=lambda: DAY_10 - timedelta(days=3),
        )
    with office.database.reading() as session:
        campaign = find_campaign(session, CODE)
        counted = counted_until(session, campaign=campaign, days=days_of(campaign, DAY_10))
    assert counted is not None
    assert counted.counts.reminded.sum(axis=0).tolist() == [0] * 6 + [2600] + [0] * 2
    assert client.get(f"{HERE}/?group=G2").text != before


def test_before_a_day_is_over_nothing_is_foretold_and_at_the_end_all_is_known(
    swinging: Site,
) -> None:
    assert read(swinging, datetime(2026, 12, 1, 3, 0, tzinfo=UTC)).units == ()
    assert read(swinging, datetime(2026, 12, 3, 3, 0, tzinfo=UTC)).is_early
    with swinging.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=lambda: DAY_10)
    cell = read(swinging).units[0].cell("G1")
    assert cell is not None
    assert (cell.final.low, cell.final.value, cell.final.high) == (107, 107, 107)


def test_the_page_shows_one_group_in_the_schemes_order_and_no_score(office: Site) -> None:
    page = signed_in(create_app(office), "admin").get(f"{HERE}/?group=G2").text
    names = re.findall(r'<th scope="row">\s*([^<\s]+)', page)
    with office.database.reading() as session:
        assert names == [row.unit.short_zh for row in find_campaign(session, CODE).units]
    assert "按前9天（到昨天为止）的份数推算，共20天" in page
    assert "将不足最低数" in page
    assert len(page.encode()) <= 60_000


def test_the_remedy_says_how_many_codes_and_what_they_bring(office: Site) -> None:
    client = signed_in(create_app(office), "leader")
    page = client.get(f"{HERE}/remedy").text
    assert re.search(r"补发\d+个评议码（短信一次性评议码），预计\d+份", page)
    assert re.search(r"\d+\.\d\s*→ \d+\.\d", page)
    assert "发码已来不及" not in page
    late = replace(office, clock=lambda: datetime(2026, 12, 20, 2, 0, tzinfo=UTC))
    assert "发码已来不及" in signed_in(create_app(late), "leader").get(f"{HERE}/remedy").text
    assert len(page.encode()) <= 60_000
    client.get("/office/language/en")
    english = client.get(f"{HERE}/remedy").text
    assert re.search(r"issue \d+ more codes \(SMS one-time token\): \d+ answers expected", english)


def test_a_class_group_sees_its_class_alone_and_a_liaison_nothing(office: Site) -> None:
    app = create_app(office)
    own = signed_in(app, "groupa").get(f"{HERE}/?group=G2").text
    whole = signed_in(app, "admin").get(f"{HERE}/?group=G2").text
    with office.database.reading() as session:
        names = {row.unit.short_zh: row.class_code for row in find_campaign(session, CODE).units}
    shown = re.findall(r'<th scope="row">\s*([^<\s]+)', own)
    assert {names[name] for name in shown} == {"A"}
    # What it is foretold comes from all units all the same.
    row = re.compile(rf'<th scope="row">\s*{shown[0]}.*?</tr>', re.DOTALL)
    assert row.findall(own) == row.findall(whole)
    assert signed_in(app, "liaison").get(f"{HERE}/").status_code == 403


def test_no_answer_is_read_and_all_is_computed_once_for_a_version_of_the_data(
    office: Site, statements: list[str]
) -> None:
    app = create_app(office)
    admin, leader = signed_in(app, "admin"), signed_in(app, "leader")
    statements.clear()
    read(office)
    assert not [said for said in statements if re.search(r"\b(response|comment)\b", said)]
    statements.clear()
    admin.get(f"{HERE}/")
    assert [said for said in statements if "progress_counter.valid" in said]
    # What comes today is none of it; an answer that is dated back is, and so are more codes.
    with office.database.writing() as session:
        count(session, "A01", 10, 5, group="G1", channel="qr_open")
    statements.clear()
    leader.get(f"{HERE}/remedy")
    assert not [said for said in statements if ", progress_counter.valid" in said]
    with office.database.writing() as session:
        count(session, "A01", 9, 5, group="G2", channel="qr_open")
    leader.get(f"{HERE}/remedy")
    assert [said for said in statements if ", progress_counter.valid" in said]


def test_a_campaign_without_groups_asked_has_nothing_to_show(office: Site) -> None:
    with office.database.writing() as session:
        session.execute(sa.update(Campaign).values(starts_at=DAY_10 - timedelta(hours=1)))
    client = signed_in(create_app(office), "admin")
    for page in ("", "remedy"):
        assert "还没有满一天的数据" in client.get(f"{HERE}/{page}").text
