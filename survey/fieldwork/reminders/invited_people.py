"""Everybody invited by a one-time code, whether they answered or not: what silence is told from.

Nobody is named. Of each code the unit and group it was issued for are known, whether an answer
came, and whether before its batch was first reminded or after; the answer's own time tells that, so
nothing is stored for it, and nothing is left of it once the answers are anonymous.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import to_epoch_ms
from survey.fieldwork.counting import latest_attempts
from survey.fieldwork.invitations.withdrawals import withdrawals
from survey.model import Campaign, ContactAttempt, CoveredUnit, Entrance, Reminder, Response
from survey.stats.campaign.corrections import NonresponsePlan

NEVER, AT_ONCE, REMINDED = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedPerson:
    """One person asked to rate one unit: the answer that came, if one did, and in which wave."""

    unit_id: int
    group_code: str
    channel: str
    response_id: int | None
    wave: int


def people_listed(
    session: Session, *, campaign: Campaign, wanted: NonresponsePlan
) -> list[InvitedPerson]:
    """Return those invited where a plan asks what silence means, else nobody."""
    if wanted.method == "none":
        return []
    return invited_people(session, campaign=campaign)


def invited_people(session: Session, *, campaign: Campaign) -> list[InvitedPerson]:
    """Return those invited, in the order of their codes; who may rate several units, once for each.

    Left out are withdrawn batches, whose silence means nothing, answers that came without a code,
    and people whom the latest attempt found not to be eligible.
    """
    gone = withdrawals(session, campaign=campaign)
    reminded = first_reminders(session, campaign=campaign)
    not_eligible = _not_eligible(session, campaign)
    came = _came(session, campaign)
    found = []
    for code_id, unit_id, group_code, channel, batch in _codes(session, campaign):
        if batch in gone:
            continue
        response_id, submitted_ms = came.get((code_id, unit_id), (None, 0))
        if response_id is None and code_id in not_eligible:
            continue
        found.append(
            InvitedPerson(
                unit_id=unit_id,
                group_code=group_code,
                channel=channel,
                response_id=response_id,
                wave=NEVER if response_id is None else _wave(submitted_ms, reminded.get(batch)),
            )
        )
    return found


def first_reminders(session: Session, *, campaign: Campaign) -> dict[int, datetime]:
    """Return when each batch was reminded for the first time, by its number."""
    query = sa.select(Reminder).where(Reminder.campaign_id == campaign.id)
    first: dict[int, datetime] = {}
    for reminder in session.scalars(query.order_by(Reminder.wave)):
        first.setdefault(reminder.batch, reminder.reminded_at)
    return first


def _wave(submitted_ms: int, reminded_at: datetime | None) -> int:
    is_before = reminded_at is None or submitted_ms < to_epoch_ms(reminded_at)
    return AT_ONCE if is_before else REMINDED


def _codes(session: Session, campaign: Campaign) -> Iterator[tuple[int, int, str, str, int]]:
    """Yield each code with a unit it opens, its group and channel, and its batch."""
    of = Entrance
    # Issued with others of the same: one batch, numbered by its first code.
    together = (of.kind, of.unit_id, of.group_code, of.channel, of.issued_at, of.issued_by)
    query = (
        sa.select(
            of.id,
            sa.func.coalesce(of.unit_id, CoveredUnit.unit_id).label("rated"),
            of.group_code,
            of.channel,
            sa.func.min(of.id).over(partition_by=together).label("batch"),
        )
        .outerjoin(CoveredUnit, CoveredUnit.invitation_id == of.id)
        .where(
            of.campaign_id == campaign.id,
            of.kind != "poster",
            of.collected.is_(sa.false()),
        )
        .order_by(of.id, CoveredUnit.unit_id)
    )
    for row in session.execute(query):
        code_id, unit_id, group_code, channel, batch = row
        yield code_id, unit_id, group_code, channel, batch


def _came(session: Session, campaign: Campaign) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the answers that came through codes, by code and unit, each with its time."""
    code = sa.func.coalesce(Response.invitation_id, Response.sitting_id)
    query = sa.select(code, Response.unit_id, Response.id, Response.submitted_ms).where(
        Response.campaign_id == campaign.id, code.is_not(None)
    )
    return {
        (code_id, unit_id): (response_id, submitted_ms)
        for code_id, unit_id, response_id, submitted_ms in session.execute(query)
    }


def _not_eligible(session: Session, campaign: Campaign) -> set[int]:
    """Return the codes whose latest attempt found nobody eligible."""
    query = sa.select(ContactAttempt.invitation_id).where(
        ContactAttempt.id.in_(latest_attempts(campaign.id)),
        ContactAttempt.disposition == "not_eligible",
    )
    return set(session.scalars(query))
