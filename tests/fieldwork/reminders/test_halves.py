"""Half of each batch reminded first by lot: through the page, and what scoring reads of it."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.reminders.halves import FIRST, SECOND, serials_of
from survey.fieldwork.reminders.invited_people import invited_people
from survey.fieldwork.reminders.recording import remind as recorded
from survey.model import AuditEntry, Reminder
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.factories import CODE, FIELDWORK
from tests.fieldwork.invitations.test_withdrawing import number_of
from tests.fieldwork.reminders.test_reminding import files, remind, rows, used
from tests.officials import office, signed_in
from tests.respond.factories import invitation_codes

PAGE = f"/office/reminders?code={CODE}"


@pytest.fixture
def app(site: Site) -> Flask:
    site.campaign_key(CODE)
    return office(site)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")


def reminders(site: Site) -> list[Reminder]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Reminder).order_by(Reminder.wave)))


def test_half_of_a_batch_is_reminded_by_lot_and_anybody_finds_the_same_half(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 13)
    number = number_of(site)
    used(site, issued[4], 4)
    listed = rows(files(remind(admin, number, half="1", files=["list"]))["list.csv"])
    [reminder] = reminders(site)
    assert (reminder.half, len(reminder.seed or "")) == (1, 64)
    drawn = serials_of(FIRST, seed=str(reminder.seed), batch=number, size=13)
    assert len(drawn) == 7
    assert {int(row["序号"]) for row in listed} == drawn - {5}
    assert reminder.reminded == len(drawn - {5})
    other = serials_of(SECOND, seed=str(reminder.seed), batch=number, size=13)
    assert drawn | other == set(range(1, 14))
    assert not drawn & other
    assert "（抽签的一半）" in admin.get(PAGE).text
    with site.database.reading() as session:
        [entry] = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "reminder.draw")
        ).all()
    assert entry.detail["seed"] == reminder.seed
    assert entry.detail["half"] == 1
    assert [each for each in verify(site) if each.field == f"{CODE} reminders"] == []


def test_the_other_half_waits_for_another_day_and_is_drawn_by_the_same_seed(
    site: Site, admin: FlaskClient
) -> None:
    invitation_codes(site, 12)
    number = number_of(site)
    first = files(remind(admin, number, half="1", files=["list"]))["list.csv"]
    refused = remind(admin, number, half="2", files=["list"])
    assert refused.status_code == 422
    assert "今天已经催办过" in refused.text
    assert files(remind(admin, number, half="1", files=["list"]))["list.csv"] == first
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        wave = recorded(
            session, campaign=campaign, numbers=[number], by="admin", half=SECOND,
            clock=lambda: FIELDWORK + timedelta(days=1),
        )  # fmt: skip
    one, two = reminders(site)
    assert one.seed == two.seed
    assert (two.half, two.reminded) == (2, 6)
    assert wave.serials[number].isdisjoint({int(row["序号"]) for row in rows(first)})


def test_a_changed_half_or_seed_is_found(site: Site, admin: FlaskClient) -> None:
    invitation_codes(site, 12)
    remind(admin, number_of(site), half="1", files=["list"])
    with site.database.writing() as session:
        session.execute(sa.update(Reminder).values(half=2))
    found = [each for each in verify(site) if each.field == f"{CODE} reminders"]
    assert len(found) == 1


def test_in_a_small_batch_the_half_tells_nobody_who_has_answered(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 6)
    for n in (0, 1, 2):
        used(site, issued[n], n)
    listed = rows(files(remind(admin, number_of(site), half="1", files=["list"]))["list.csv"])
    assert len(listed) == 3


def test_waves_are_counted_by_each_halfs_own_reminders(site: Site, admin: FlaskClient) -> None:
    """The first half on day 0 and 2, the other on day 4: answers on days -1, 1, 3 and 5."""
    issued = invitation_codes(site, 40)
    number = number_of(site)
    day = timedelta(days=1)

    def reminded(half: int, days: int) -> None:
        with site.database.writing() as session:
            recorded(
                session, campaign=find_campaign(session, CODE), numbers=[number], by="admin",
                half=half, clock=lambda: FIELDWORK + days * day,
            )  # fmt: skip

    reminded(FIRST, 0)
    reminded(FIRST, 2)
    reminded(SECOND, 4)
    for n, days in enumerate([-1, 1, 3, 5] * 8):
        used(site, issued[n], n, FIELDWORK + days * day)
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        people = invited_people(session, campaign=campaign, apart=True)
        merged = invited_people(session, campaign=campaign)
        seed = str(session.scalars(sa.select(Reminder.seed)).first())
    first = serials_of(FIRST, seed=seed, batch=number, size=40)
    wave = {FIRST: [1, 2, 3, 3], SECOND: [1, 1, 1, 2]}
    for n, person in enumerate(people):
        half = FIRST if n + 1 in first else SECOND
        came = n < 32
        assert person.half == half
        assert person.wave == (wave[half][n % 4] if came else 0)
        assert person.early == (came and half == FIRST and n % 4 != 3)
    # Told by the first reminder alone, as before there were halves.
    assert [each.wave for each in merged] == [
        [1, 2, 2, 2][n % 4] if n < 32 else 0 for n in range(40)
    ]
    assert json.dumps([each.number for each in people]) == json.dumps(
        sorted({each.number for each in people})
    )


def test_who_may_not_issue_codes_draws_no_half(site: Site, admin: FlaskClient) -> None:
    invitation_codes(site, 12)
    number = number_of(site)
    with site.database.writing() as session, pytest.raises(Refused):
        recorded(
            session, campaign=find_campaign(session, CODE), numbers=[number], by="nobody",
            half=FIRST, clock=lambda: FIELDWORK,
        )  # fmt: skip
    assert reminders(site) == []
