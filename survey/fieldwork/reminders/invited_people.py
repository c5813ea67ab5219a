"""Everybody invited by a one-time code, whether they answered or not: what silence is told from.

Nobody is named. Of each code the unit and group it was issued for are known, whether an answer
came, and whether before its batch was first reminded or after; the answer's own time tells that, so
nothing is stored for it, and nothing is left of it once the answers are anonymous.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import to_epoch_ms
from survey.fieldwork.counting import latest_attempts
from survey.fieldwork.invitations.withdrawals import withdrawals
from survey.fieldwork.reminders.halves import EVERYBODY, FIRST, SECOND, serials_of
from survey.fieldwork.reminders.on_record import reminders_of
from survey.model import Campaign, ContactAttempt, CoveredUnit, Entrance, Reminder, Response
from survey.stats.campaign.corrections import NonresponsePlan

NEVER, AT_ONCE, REMINDED, AGAIN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedPerson:
    """One person asked to rate one unit: the answer that came, if one did, and in which wave.

    `number` is the same in the rows of one code. `half` is whose turn to be reminded came first (1)
    or later (2) by lot, 0 where none was drawn; `early` says of the first half that the answer was
    there when the turn of the other came.
    """

    unit_id: int
    group_code: str
    channel: str
    response_id: int | None
    wave: int
    number: int
    half: int
    early: bool


def people_listed(
    session: Session, *, campaign: Campaign, wanted: NonresponsePlan
) -> list[InvitedPerson]:
    """Return those invited where a plan asks what silence means, else nobody."""
    if wanted.method == "none":
        return []
    return invited_people(session, campaign=campaign, apart=wanted.waves_apart)


def invited_people(
    session: Session, *, campaign: Campaign, apart: bool = False
) -> list[InvitedPerson]:
    """Return those invited, in the order of their codes; who may rate several units, once for each.

    With `apart` answers after a second reminder are of a wave of their own, and a reminder of a
    half is one of that half alone; else whatever comes after a batch's first is of wave 2.

    Left out are withdrawn batches, whose silence means nothing, answers that came without a code,
    and people whom the latest attempt found not to be eligible.
    """
    gone = withdrawals(session, campaign=campaign)
    reminded = {
        batch: _Reminded.of(reminders)
        for batch, reminders in reminders_of(session, campaign=campaign).items()
    }
    not_eligible = _not_eligible(session, campaign)
    came = _came(session, campaign)
    found = []
    for code_id, unit_id, group_code, channel, batch, serial, size in _codes(session, campaign):
        if batch in gone:
            continue
        response_id, submitted_ms = came.get((code_id, unit_id), (None, 0))
        if response_id is None and code_id in not_eligible:
            continue
        of = reminded.get(batch, _NOBODY)
        half = of.half_of(batch, serial, size)
        moments = of.moments(half) if apart else of.first()
        answered = response_id is not None
        found.append(
            InvitedPerson(
                unit_id=unit_id,
                group_code=group_code,
                channel=channel,
                response_id=response_id,
                wave=_wave(submitted_ms, moments) if answered else NEVER,
                number=code_id,
                half=half,
                early=answered and half == FIRST and of.is_early(submitted_ms),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reminded:
    """The reminders of a batch, the earliest first: the moment of each, and of which half."""

    times: tuple[tuple[int, int], ...] = ()
    seed: str | None = None

    @classmethod
    def of(cls, reminders: Sequence[Reminder]) -> "_Reminded":
        return cls(
            times=tuple((to_epoch_ms(each.reminded_at), each.half) for each in reminders),
            seed=next((each.seed for each in reminders if each.seed), None),
        )

    def half_of(self, batch: int, serial: int, size: int) -> int:
        """Return the half of a code; 0 where no lots were drawn."""
        if self.seed is None:
            return EVERYBODY
        first = serials_of(FIRST, seed=self.seed, batch=batch, size=size)
        return FIRST if serial in first else SECOND

    def first(self) -> list[int]:
        """Return the moment anybody was first reminded, if that ever was."""
        return [moment for moment, _half in self.times[:1]]

    def moments(self, half: int) -> list[int]:
        """Return the moments a half was reminded."""
        return [moment for moment, of in self.times if of in {EVERYBODY, half}]

    def is_early(self, submitted_ms: int) -> bool:
        """Say whether an answer came before the turn of the second half; always if none did."""
        turn = self.moments(SECOND)
        return not turn or submitted_ms < turn[0]


_NOBODY = _Reminded()


def _wave(submitted_ms: int, reminded: Sequence[int]) -> int:
    return min(AT_ONCE + sum(moment <= submitted_ms for moment in reminded), AGAIN)


def _codes(
    session: Session, campaign: Campaign
) -> Iterator[tuple[int, int, str, str, int, int, int]]:
    """Yield each code with a unit it opens, its group and channel, batch, place there and size."""
    of = Entrance
    # Issued with others of the same: one batch, numbered by its first code.
    together = (of.kind, of.unit_id, of.group_code, of.channel, of.issued_at, of.issued_by)
    issued = (
        sa.select(
            *(of.id, of.unit_id, of.group_code, of.channel),
            sa.func.min(of.id).over(partition_by=together).label("batch"),
            sa.func.row_number().over(partition_by=together, order_by=of.id).label("serial"),
            sa.func.count().over(partition_by=together).label("size"),
        )
        .where(
            of.campaign_id == campaign.id,
            of.kind != "poster",
            of.collected.is_(sa.false()),
        )
        .subquery()
    )
    query = (
        sa.select(
            issued.c.id,
            sa.func.coalesce(issued.c.unit_id, CoveredUnit.unit_id).label("rated"),
            *(issued.c.group_code, issued.c.channel),
            *(issued.c.batch, issued.c.serial, issued.c.size),
        )
        .outerjoin(CoveredUnit, CoveredUnit.invitation_id == issued.c.id)
        .order_by(issued.c.id, CoveredUnit.unit_id)
    )
    for row in session.execute(query):
        code_id, unit_id, group_code, channel, batch, serial, size = row
        yield code_id, unit_id, group_code, channel, batch, serial, size


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
