"""Answers with comments, and the steps of the case they open."""

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.clock import Clock
from survey.feedback import cases
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign, Case
from survey.respond import reply
from survey.site.installation import Site
from tests.factories import CODE, open_anlan
from tests.respond.factories import hand_in, opened, poster_code

TEXT = "窗口让我跑了三趟，我叫张三丰，电话13800138000"
LATER = datetime(2026, 12, 18, 2, 0, tzinfo=UTC)
RECEIPT = codes.from_bytes(b"commented!")
TICKET = codes.from_bytes(b"commented!"[-codes.TICKET_BYTES :])


def at(moment: datetime) -> Clock:
    return lambda: moment


def later() -> datetime:
    """A clock well after the seven days."""
    return LATER


def answered(
    site: Site,
    *,
    comment: str = TEXT,
    reasons: tuple[str, ...] = (),
    unit_code: str = "A01",
    others: int = 9,
) -> str:
    """Open 安澜县, let one resident comment and others answer; return the case's code."""
    open_anlan(site)
    return commented(site, comment=comment, reasons=reasons, unit_code=unit_code, others=others)


def commented(
    site: Site,
    *,
    comment: str = TEXT,
    reasons: tuple[str, ...] = (),
    unit_code: str = "A01",
    others: int = 9,
) -> str:
    """Let one resident comment and others answer; return the case's code."""
    code = poster_code(site, unit_code)
    with site.database.writing() as session:
        entrance = opened(session, site, code)
        for number in range(others):
            hand_in(session, entrance, receipt=b"silent%04d" % number)
        hand_in(session, entrance, comment=comment, reasons=reasons, receipt=b"commented!")
    return only_case(site).code


def only_case(site: Site) -> Case:
    with site.database.reading() as session:
        case = session.scalars(sa.select(Case)).one()
        list(case.steps)
        return case


def found(session: Session) -> tuple[Campaign, Case]:
    campaign = find_campaign(session, CODE)
    case = session.scalars(sa.select(Case)).one()
    return campaign, case


def brought_to(site: Site, state: str, clock: Clock = later) -> None:
    """Take the case through its steps until it is in a state."""
    with site.database.writing() as session:
        campaign, case = found(session)
        words = {"campaign": campaign, "case": case, "by": "admin", "clock": clock}
        deeds = {
            "verified": lambda: cases.verify(session, level="simple", text=TEXT, **words),
            "assigned": lambda: cases.assign(session, **words),
            "replied": lambda: cases.reply(session, text="已调整窗口，致歉。", **words),
            "published": lambda: cases.publish(session, **words),
        }
        for reached, deed in deeds.items():
            deed()
            if reached == state:
                return


def step(site: Site, deed: Callable[..., None], clock: Clock = later, **given: object) -> None:
    """Take one step with the only case, in a transaction of its own."""
    with site.database.writing() as session:
        campaign, case = found(session)
        deed(session, campaign=campaign, case=case, by="admin", clock=clock, **given)


def said_back(session: Session, *, satisfied: bool, text: str = "", ticket: str = TICKET) -> None:
    """Let the resident rate the handling of the only case."""
    _campaign, case = found(session)
    reply.answer(
        session,
        ticket=ticket,
        case_code=case.code,
        satisfied=satisfied,
        text=text,
        clock=later,
    )
