"""Entrances and submissions that tests of the intake start from."""

import re
from dataclasses import fields, replace
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.covered import chosen_units
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.forms.sheet import Rated, Sheet, Source
from survey.ledger.book import Tail
from survey.model import Campaign
from survey.respond.door.opening import Memory, OpenEntrance, open_entrance
from survey.respond.intake import Outcome, accept
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, poster

RECEIPT = b"0123456789"
GOOD = Sheet(
    source=Source(
        receipt=RECEIPT,
        ticket=RECEIPT[-7:],
        at=FIELDWORK,
        taken_ms=60_000,
        lang="zh",
        device_mark=b"device01",
        network_mark=b"network1",
    ),
    age=2,
    sex=1,
    residence=0,
    area=1,
    duration_ms=60_000,
    rated=(Rated(unit_code="A01", answers="54321054"),),
)


def open_folder(site: Site, folder: Path) -> Campaign:
    """Load a county's folder and open its campaign."""
    with site.database.writing() as session:
        campaign = load_campaign(
            session, folder=read_folder(folder), by="tests", clock=in_fieldwork, simulated=True
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    return campaign


def sheet_about(entrance: OpenEntrance, n: int = 1, **changed: Any) -> Sheet:
    """Return a good sheet about the first n units asked, with some of its facts changed."""
    of_unit, of_source = ({f.name for f in fields(kind)} for kind in (Rated, Source))
    rated = [
        replace(
            GOOD.rated[0],
            unit_code=asked.unit.code,
            **{name: value for name, value in changed.items() if name in of_unit},
        )
        for asked in entrance.questionnaire.units[:n]
    ]
    source = {name: value for name, value in changed.items() if name in of_source}
    source.setdefault("ticket", source.get("receipt", RECEIPT)[-7:])
    person = {n: v for n, v in changed.items() if n not in of_unit | of_source}
    return replace(GOOD, source=replace(GOOD.source, **source), rated=tuple(rated), **person)


def hand_in(
    session: Session, entrance: OpenEntrance, n: int = 1, tail: Tail | None = None, **changed: Any
) -> Outcome:
    """Let the intake take a good sheet, changed as for `sheet_about`."""
    return accept(session, entrance=entrance, sheet=sheet_about(entrance, n, **changed), tail=tail)


def poster_code(site: Site, unit_code: str = "A01", group_code: str = "G1") -> str:
    with site.database.writing() as session:
        code = poster(session, unit_code, group_code).code
    assert code is not None
    return code


def invitation_codes(site: Site, count: int = 1, unit_code: str = "B01") -> list[str]:
    return _issue(site, count, group_code="G2", channel="token_sms", unit_code=unit_code)


def sitting_codes(site: Site, count: int = 1, units: str = "") -> list[str]:
    """Issue codes that let a deputy rate some units, or all of class A."""
    chosen = {"unit_codes": units} if units else {"class_code": "A"}
    return _issue(site, count, group_code="G4", channel="token_sheet", **chosen)


def _issue(site: Site, count: int, *, group_code: str, channel: str, **chosen: str) -> list[str]:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        ways = {"unit_code": "", "unit_codes": "", "class_code": "", **chosen}
        return issue_codes(
            session,
            campaign=campaign,
            units=chosen_units(session, campaign=campaign, group_code=group_code, **ways),
            group_code=group_code,
            channel=channel,
            count=count,
            by="tests",
            clock=in_fieldwork,
            key=site.keys.intake(),
        )


def opened(session: Session, site: Site, code: str, at: Any = FIELDWORK) -> OpenEntrance:
    return open_entrance(
        session, code=code, at=at, key=site.keys.intake(), memory=Memory(monotonic)
    )


def thanked(answer: TestResponse) -> bool:
    """Say whether a form was taken: thanked on the page that answers it, which leads nowhere."""
    return answer.status_code == 200 and "答卷已收到" in answer.text and not answer.location


def ticket_in(page: TestResponse) -> str:
    """Return the number that opens the comments' cases, empty where none is shown."""
    found = re.search(r'class="receipt ticket"><span>[^<]*</span><b>([0-9A-Z ]+)</b>', page.text)
    return found[1].replace(" ", "") if found else ""


def receipt_in(page: TestResponse) -> str:
    """Return the receipt a page shows."""
    found = re.search(r'class="receipt"><span>[^<]*</span><b>([0-9A-Z ]+)</b>', page.text)
    assert found is not None, page.text
    return found[1].replace(" ", "")
