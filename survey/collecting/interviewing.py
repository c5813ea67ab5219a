"""Interviews: whoever holds an invitation is called, and the answer or the outcome is taken."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.collecting.desk import Desk
from survey.collecting.door import Admitted
from survey.collecting.entry import Entry
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.entrances import stored_openings
from survey.fieldwork.invitations.withdrawing import find_batch
from survey.forms.sheet import Sheet
from survey.ledger.book import lock_tail
from survey.model import Campaign, ContactAttempt, Entrance, Response
from survey.problems import Refused
from survey.respond.door.opening import OpenEntrance
from survey.respond.questionnaire import Questionnaire, read_questionnaire
from survey.site.installation import Site

ANSWERED = "complete"
_SERIAL = re.compile(r"\s*(\d{1,9})\s*[-－/]\s*(\d{1,6})\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An invitation that is called: what is asked, and the attempts so far, the oldest first."""

    invitation: Entrance
    questionnaire: Questionnaire
    attempts: tuple[ContactAttempt, ...]

    @property
    def entrance(self) -> OpenEntrance:
        """What lets the answer in."""
        return OpenEntrance(
            entrance_id=self.invitation.id,
            invited=True,
            group_code=self.invitation.group_code,
            channel=self.invitation.channel,
            questionnaire=self.questionnaire,
        )


def find_call(session: Session, *, site: Site, campaign: Campaign, typed: str) -> Call:
    """Return the invitation of a code, or of a batch and the serial in its list (61-3).

    Raises Refused where there is none, where it is answered, and where it opens nothing now.
    """
    need_state(campaign, "open")
    invitation = _invitation(session, site, campaign, typed)
    _check_open(session, campaign, invitation, site.clock())
    unit_id = invitation.unit_id
    assert unit_id is not None
    attempts = session.scalars(
        sa.select(ContactAttempt)
        .where(
            ContactAttempt.campaign_id == campaign.id,
            ContactAttempt.invitation_id == invitation.id,
        )
        .order_by(ContactAttempt.id)
    )
    return Call(
        invitation=invitation,
        questionnaire=read_questionnaire(session, campaign_id=campaign.id, unit_ids=[unit_id]),
        attempts=tuple(attempts),
    )


def take_answer(site: Site, *, campaign_code: str, typed: str, sheet: Sheet, by: str) -> None:
    """Let the answer of an interview enter by the intake, and count the attempt that brought it."""
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        call = find_call(session, site=site, campaign=campaign, typed=typed)
    unit = call.questionnaire.units[0].unit
    entry = Entry(
        file="",
        row=None,
        serial="",
        code=codes.normalise(typed),
        unit_code=unit.code,
        group_code=call.invitation.group_code,
        channel=call.invitation.channel,
        sheet=sheet,
    )
    admitted = Admitted(
        entry=entry,
        questionnaire=call.questionnaire,
        unit_id=unit.id,
        serial_hash=b"",
        entrance=call.entrance,
    )
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        desk = Desk(session, campaign, by, site)
        stored = desk.store([admitted], [], skip_bad=False)
        _note(session, campaign, call.invitation.id, ANSWERED, by=by, at=site.clock())
        desk.record(stored, action="answer.interview", unit=unit.code)


def note_attempt(site: Site, *, campaign_code: str, typed: str, disposition: str, by: str) -> int:
    """Note that a call brought no answer, and why; return how many attempts there were."""
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        call = find_call(session, site=site, campaign=campaign, typed=typed)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        lock_tail(session, campaign_id=campaign.id)
        at = site.clock()
        _check_open(session, campaign, call.invitation, at)
        _note(session, campaign, call.invitation.id, disposition, by=by, at=at)
        audit.record(
            session,
            by=by,
            at=at,
            action="interview.attempt",
            subject=campaign.code,
            unit=call.questionnaire.units[0].unit.code,
            disposition=disposition,
        )
    return len(call.attempts) + 1


def _note(
    session: Session,
    campaign: Campaign,
    invitation_id: int,
    disposition: str,
    *,
    by: str,
    at: datetime,
) -> None:
    session.add(
        ContactAttempt(
            campaign_id=campaign.id,
            invitation_id=invitation_id,
            disposition=disposition,
            attempted_at=at,
            attempted_by=by,
        )
    )


def _invitation(session: Session, site: Site, campaign: Campaign, typed: str) -> Entrance:
    serial = _SERIAL.fullmatch(typed)
    if serial:
        found = _by_serial(session, campaign, *map(int, serial.groups()))
    else:
        hashes = stored_openings(site.keys.intake(), typed)
        found = session.scalar(sa.select(Entrance).where(Entrance.code_hash.in_(hashes)))
    if found is None or found.campaign_id != campaign.id or found.collected:
        raise _refused(
            "没有这个评议码或序号；序号写成“批号-序号”，例如 61-3",
            "there is no such code or serial; write a serial as batch-serial, e.g. 61-3",
        )
    if found.unit_id is None:
        raise _refused(
            "一码多评的评议码请在网页上作答", "a code for several units is answered on its page"
        )
    return found


def _by_serial(session: Session, campaign: Campaign, batch: int, place: int) -> Entrance | None:
    first = find_batch(session, campaign=campaign, number=batch)
    query = sa.select(Entrance).where(first.issued_with()).order_by(Entrance.id)
    return session.scalar(query.offset(place - 1).limit(1)) if place else None


def _check_open(session: Session, campaign: Campaign, invitation: Entrance, at: datetime) -> None:
    withdrawn = sa.select(Entrance.withdrawn_at).where(Entrance.id == invitation.id)
    if session.scalar(withdrawn) is not None:
        raise _refused("评议码已停用", "the code is withdrawn")
    if session.scalar(sa.select(Response.id).where(Response.invitation_id == invitation.id)):
        raise _refused("评议码已经用过，不用再访", "the code is used: nobody need be called")
    expired = invitation.expires_at is not None and at > invitation.expires_at
    if expired or not campaign.starts_at <= at <= campaign.ends_at:
        raise _refused(
            "现在不在评议码的有效期内", "the code opens nothing now: before or after its time"
        )


def _refused(zh: str, en: str) -> Refused:
    return Refused.of(field="token", zh=zh, en=en)
