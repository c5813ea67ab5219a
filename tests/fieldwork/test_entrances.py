import hashlib
import hmac
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.fieldwork import entrances
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.invitations.issuing import issue_codes
from survey.model import AuditEntry, Entrance
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan, poster

KEY = b"k" * 32


def issue(session: Session, **changed: object) -> list[str]:
    campaign = find_campaign(session, CODE)
    given = {"group_code": "G2", "channel": "token_sms", "count": 3, **changed}
    unit = entrances.require_unit(session, campaign=campaign, unit_code="A01")
    return issue_codes(
        session, campaign=campaign, units=[unit], by="tests", clock=in_fieldwork, key=KEY, **given
    )


def test_a_code_is_hashed_as_a_person_meant_it() -> None:
    opening = hmac.new(KEY, b"01AB2345", hashlib.sha256).digest()
    assert entrances.code_opening(KEY, "ol ab-2345") == opening
    # Kept is only the hash of what a code opens by: nobody can answer by what is kept.
    expected = hashlib.sha256(opening).digest()
    assert entrances.invitation_hash(KEY, "01AB2345") == expected
    assert entrances.invitation_hash(KEY, "ol ab-2345") == expected
    assert entrances.invitation_hash(b"other", "01AB2345") != expected


def test_only_hashes_of_invitations_are_kept(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        issued = issue(session, count=50)
    assert len(set(issued)) == 50
    assert {len(code) for code in issued} == {16}
    with each_site.database.reading() as session:
        rows = session.scalars(sa.select(Entrance)).all()
        campaign = find_campaign(session, CODE)
        (entry,) = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "invitation.issue")
        )
    hashes = {entrances.invitation_hash(KEY, code) for code in issued}
    assert {row.code_hash for row in rows} == hashes
    assert {row.code for row in rows} == {None}
    assert {row.expires_at for row in rows} == {campaign.ends_at}
    assert {row.kind for row in rows} == {"invitation"}
    assert entry.detail["count"] == 50
    assert not any(code in str(entry.detail) for code in issued)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"group_code": "G9"}, "group"),
        ({"channel": "qr_open"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"count": 0}, "count"),
        ({"count": 20_001}, "count"),
    ],
)
def test_unfit_invitations_are_refused(
    each_site: Site, changed: dict[str, object], field: str
) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session, pytest.raises(Refused) as refused:
        issue(session, **changed)
    assert [problem.field for problem in refused.value.problems] == [field]
    with each_site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Entrance)) == 0


def test_a_poster_has_an_open_code_and_a_tidy_place(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        made = poster(session)
        assert made.code is not None
        assert len(made.code) == 10
        assert (made.kind, made.channel, made.place) == ("poster", "qr_open", "测试")
        campaign = find_campaign(session, CODE)
        assert entrances.find_poster(session, campaign=campaign, poster_id=made.id) is made
        assert entrances.find_poster(session, campaign=campaign, poster_id=made.id + 1) is None


@pytest.mark.parametrize(("unit_code", "group_code"), [("C01", "G1"), ("A01", "G9")])
def test_a_poster_for_people_who_are_not_asked_is_refused(
    each_site: Site, unit_code: str, group_code: str
) -> None:
    open_anlan(each_site)
    with (
        each_site.database.writing() as session,
        pytest.raises(Refused, match="group"),
    ):
        poster(session, unit_code, group_code)


def test_codes_may_end_before_the_campaign_and_no_later(site: Site) -> None:
    open_anlan(site)
    with site.database.writing() as session:
        issue(session, count=1, until=date(2026, 12, 10))
        for day in (date.min, date(2026, 11, 30), date(2026, 12, 21), date.max):
            with pytest.raises(Refused, match="within the campaign"):
                issue(session, count=1, until=day)
        issue(session, count=1, until=date(2026, 12, 20))
    with site.database.reading() as session:
        ends = session.scalars(sa.select(Entrance.expires_at).order_by(Entrance.id)).all()
    assert ends == [
        datetime(2026, 12, 10, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 20, 15, 59, 59, tzinfo=UTC),
    ]


def test_a_long_place_is_refused(site: Site) -> None:
    open_anlan(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        with pytest.raises(Refused, match="60"):
            entrances.register_poster(
                session,
                campaign=campaign,
                unit=campaign.units[0].unit,
                group_code="G1",
                place="厅" * 61,
                by="tests",
                clock=in_fieldwork,
            )


def test_nothing_is_made_after_the_end(site: Site) -> None:
    open_anlan(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    for make in (poster, issue):
        with site.database.writing() as session, pytest.raises(Refused, match="已经结束"):
            make(session)


def test_each_unit_without_a_poster_gets_one_for_its_first_group(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        poster(session, "A01", "G2")
    for _ in range(2):  # a second time adds nothing
        entrances.default_posters(
            each_site.database, campaign_code=CODE, unit_code="", by="tests", clock=in_fieldwork
        )
    with each_site.database.reading() as session:
        rows = entrances.posters_of(session, campaign=find_campaign(session, CODE))
    groups = {row.unit.code: row.poster.group_code for row in rows}
    assert len(rows) == 26
    assert [row.unit.code for row in rows] == sorted(groups)
    assert groups["A01"] == "G2"
    assert (groups["A02"], groups["B01"], groups["C01"]) == ("G1", "G1", "G2")


def test_a_withdrawn_poster_stays_on_the_list_and_is_replaced(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        made = poster(session)
        for _ in range(2):
            entrances.withdraw(
                session, entrance=made, campaign=campaign, by="tests", clock=in_fieldwork
            )
    entrances.default_posters(
        each_site.database, campaign_code=CODE, unit_code="A01", by="tests", clock=in_fieldwork
    )
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        rows = entrances.posters_of(session, campaign=campaign, unit_codes=["A01"])
        in_use = entrances.posters_of(session, campaign=campaign, withdrawn=False)
        withdrawals = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "poster.withdraw")
        ).all()
    assert [row.poster.withdrawn_at for row in rows] == [FIELDWORK, None]
    assert len(in_use) == 1
    assert len(withdrawals) == 1
