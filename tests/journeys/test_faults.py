"""Faults that need no server and belong to no single page; by number in docs/faults.md."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.fieldwork import progress
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign, Response
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code
from tests.respond.test_resident_page import ANSWERS, token_in

PREVIEWER = {"User-Agent": "MicroMessenger-link-preview/1.0 (bot)"}
TAKEN = {200, 303}


def test_a_link_previewer_uses_up_nothing(site: Site) -> None:
    open_anlan(site)
    [code] = invitation_codes(site, unit_code="A01")
    web = create_app(replace(site, clock=in_fieldwork)).test_client(use_cookies=False)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert web.open(f"/q/{code}", method=method, headers=PREVIEWER).status_code == 200
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Response.id))) == 0
    form = ANSWERS | {"response_id": token_in(web.get(f"/q/{code}"))}
    assert web.post(f"/q/{code}", data=form).status_code in TAKEN


def test_a_full_disk_thanks_nobody_and_reads_go_on(site: Site) -> None:
    open_anlan(site)
    code = poster_code(site)
    web = create_app(replace(site, clock=in_fieldwork)).test_client(use_cookies=False)
    web.post(f"/q/{code}", data=ANSWERS | {"response_id": token_in(web.get(f"/q/{code}"))})

    def full(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def bear(limited: bool) -> None:
        listen = sa.event.listen if limited else sa.event.remove
        listen(site.database.engine, "begin", full)

    bear(True)
    comments = ANSWERS | {"comment": "字" * 500}
    statuses = []
    for _ in range(40):  # until what is left of the last page is used up
        form = comments | {"response_id": token_in(web.get(f"/q/{code}"))}
        statuses.append(web.post(f"/q/{code}", data=form).status_code)
        if statuses[-1] not in TAKEN:
            break
    assert statuses[-1] == 503
    assert web.get(f"/q/{code}").status_code == 200
    bear(False)
    site.database.close()
    assert web.post(f"/q/{code}", data=form).status_code in TAKEN  # without a restart
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Response.id))) == len(statuses) + 1


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("Europe/Berlin", datetime(2026, 3, 27, 12, tzinfo=UTC), 5),  # a day of 23 hours
        ("Europe/Berlin", datetime(2026, 10, 23, 12, tzinfo=UTC), 5),  # of 25
        ("Asia/Shanghai", datetime(2028, 2, 27, 12, tzinfo=UTC), 5),  # 29 February
        ("America/St_Johns", datetime(2026, 3, 6, 12, tzinfo=UTC), 5),  # half an hour off
    ],
)
def test_days_of_every_length_sum_to_the_total(
    site: Site, zone: str, first: datetime, days: int
) -> None:
    open_anlan(site)
    ends = first + timedelta(days=days)
    with site.database.writing() as session:
        session.execute(sa.update(Campaign).values(timezone=zone, starts_at=first, ends_at=ends))
    code, hours = poster_code(site), range(0, 24 * days, 3)
    with site.database.writing() as session:
        for number in hours:
            at = first + timedelta(hours=number)
            receipt = b"h%09d" % number
            hand_in(session, opened(session, site, code, at=at), receipt=receipt, at=at)
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        seen = progress.read_progress(session, campaign=campaign, units=campaign.units, at=ends)
    assert seen.received == len(hours)
    assert sum(count for _day, count in seen.days) == seen.valid
    named = [day for day, _count in seen.days]
    assert len(set(named)) == len(named) == days + 1
