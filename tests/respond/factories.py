"""Entrances and submissions that tests of the intake start from."""

from dataclasses import replace
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import issue_invitations
from survey.fieldwork.invitations.sittings import issue_sittings, named_units, units_of_class
from survey.model import Unit
from survey.respond.door.opening import Memory, OpenEntrance, open_entrance
from survey.respond.intake import Submission
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, poster

GOOD = Submission(
    answers="54321054",
    age=2,
    sex=1,
    residence=0,
    area=1,
    own_staff=False,
    duration_ms=60_000,
    lang="zh",
    device_mark=b"device01",
    network_mark=b"network1",
)


def submission(**changed: Any) -> Submission:
    return replace(GOOD, **changed)


def poster_code(site: Site, unit_code: str = "A01", group_code: str = "G1") -> str:
    with site.database.writing() as session:
        code = poster(session, unit_code, group_code).code
    assert code is not None
    return code


def invitation_codes(site: Site, count: int = 1, unit_code: str = "B01") -> list[str]:
    with site.database.writing() as session:
        return issue_invitations(
            session,
            campaign=find_campaign(session, CODE),
            unit=session.query(Unit).filter_by(code=unit_code).one(),
            group_code="G2",
            channel="token_sms",
            count=count,
            by="tests",
            clock=in_fieldwork,
            key=site.keys.intake(),
        )


def opened(session: Session, site: Site, code: str, at: Any = FIELDWORK) -> OpenEntrance:
    return open_entrance(
        session, code=code, at=at, key=site.keys.intake(), memory=Memory(monotonic)
    )


def sitting_codes(site: Site, count: int = 1, units: str = "") -> list[str]:
    """Issue codes that let a deputy rate some units, or all of class A."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        covered = (
            named_units(session, campaign=campaign, codes=units)
            if units
            else units_of_class(session, campaign=campaign, class_code="A", group_code="G4")
        )
        return issue_sittings(
            session,
            campaign=campaign,
            units=covered,
            group_code="G4",
            channel="token_sheet",
            count=count,
            by="tests",
            clock=in_fieldwork,
            key=site.keys.intake(),
        )
