"""A wave of reminders goes on record: which batches, when, by whom, how many codes of each.

A batch is reminded once a day at most. Whoever asks again that day, by a second click or for
another file, gets the same codes as of the same moment, and no other wave: nobody finds out by
asking again and again which code was used just now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock, local_day
from survey.fieldwork.invitations.withdrawals import withdrawals
from survey.fieldwork.invitations.withdrawing import find_batch
from survey.fieldwork.reminders.halves import EVERYBODY, seed_of, serials_of
from survey.fieldwork.reminders.on_record import reminders_of
from survey.fieldwork.reminders.unused import n_issued, n_unused
from survey.model import Campaign, Entrance, Reminder
from survey.problems import Problem, Refused
from survey.two_persons.proposals import require_official


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What was reminded: of each batch, by its number, as of which moment nobody had used them.

    `number` is 0 where all of it had been reminded earlier that day. `serials` are those of the
    half that was drawn of each batch; empty where all of it was reminded.
    """

    number: int
    as_of: Mapping[int, datetime]
    serials: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDone:
    """A wave on record: its number, when it was, and how many codes were reminded."""

    number: int
    at: datetime
    n: int


def waves_of(session: Session, *, campaign: Campaign) -> list[WaveDone]:
    """Return the waves of a campaign, the first first."""
    query = (
        sa.select(Reminder.wave, sa.func.min(Reminder.reminded_at), sa.func.sum(Reminder.reminded))
        .where(Reminder.campaign_id == campaign.id)
        .group_by(Reminder.wave)
        .order_by(Reminder.wave)
    )
    return [WaveDone(number=wave, at=at, n=int(n)) for wave, at, n in session.execute(query)]


def remind(
    session: Session,
    *,
    campaign: Campaign,
    numbers: Sequence[int],
    by: str,
    clock: Clock,
    half: int = EVERYBODY,
) -> Wave:
    """Record a wave of the batches asked for, as far as anybody in them has not answered.

    With `half` 1 or 2 of one half of each batch by lot: the first of it, or the other.

    Raises Refused outside the campaign's time, for a batch that is none or opens nothing any more,
    where another half was reminded that day, and where nobody is left to be reminded.
    """
    require_official(session, username=by, action="invitation.issue")
    at = clock()
    held = sa.select(Campaign.id).where(Campaign.id == campaign.id)
    session.execute(held.with_for_update(key_share=True))
    firsts = batches_to_remind(session, campaign=campaign, numbers=numbers, at=at)
    known = reminders_of(session, campaign=campaign)
    as_of: dict[int, datetime] = {}
    counts: dict[int, int] = {}
    seed = None if half == EVERYBODY else seed_of(session, campaign=campaign)
    serials = _drawn(session, firsts, half, seed)
    for first in firsts:
        today = [
            each for each in known.get(first.id, ()) if _same_day(campaign, each.reminded_at, at)
        ]
        if today and today[0].half != half:
            raise Refused([_another_half(first)])
        if today:
            as_of[first.id] = today[0].reminded_at
        elif n := n_unused(session, first=first, before=at, of=serials.get(first.id)):
            as_of[first.id], counts[first.id] = at, n
    if not as_of:
        raise Refused([_nobody_left()])
    wave = 0
    if counts:
        wave = 1 + max((each.wave for of in known.values() for each in of), default=0)
        session.add_all(
            Reminder(
                campaign_id=campaign.id,
                wave=wave,
                batch=number,
                reminded=n,
                reminded_at=at,
                reminded_by=by,
                half=half,
                seed=seed,
            )
            for number, n in counts.items()
        )
    drawn = {} if seed is None else {"half": half, "seed": seed}
    _put_on_record(session, campaign, wave or _newest(known, as_of), counts, drawn, by=by, at=at)
    return Wave(number=wave, as_of=as_of, serials=serials)


def _drawn(
    session: Session, firsts: Sequence[Entrance], half: int, seed: str | None
) -> dict[int, frozenset[int]]:
    """Return the serials of the half asked for of each batch; nothing where all are."""
    if seed is None:
        return {}
    return {
        first.id: serials_of(half, seed=seed, batch=first.id, size=n_issued(session, first=first))
        for first in firsts
    }


def _newest(known: Mapping[int, Sequence[Reminder]], numbers: Iterable[int]) -> int:
    return max(each.wave for number in numbers for each in known[number])


def _put_on_record(
    session: Session,
    campaign: Campaign,
    wave: int,
    counts: Mapping[int, int],
    drawn: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
) -> None:
    """Note a wave with the number of codes of each batch; without any, that it was given again."""
    same: dict[str, Any] = {"by": by, "at": at, "subject": campaign.code, "wave": wave}
    if not counts:
        audit.record(session, action="reminder.again", **same)
        return
    batches = {str(number): n for number, n in counts.items()}
    n = sum(counts.values())
    if drawn:
        audit.record(session, action="reminder.draw", **same, batches=batches, count=n, **drawn)
        return
    audit.record(session, action="reminder.record", **same, batches=batches, count=n)


def batches_to_remind(
    session: Session, *, campaign: Campaign, numbers: Sequence[int], at: datetime
) -> list[Entrance]:
    """Return the first code of each batch; raises Refused as `remind` does."""
    if campaign.state != "open" or not campaign.starts_at <= at <= campaign.answers_until:
        raise Refused([_not_now()])
    gone = withdrawals(session, campaign=campaign)
    firsts = [find_batch(session, campaign=campaign, number=n) for n in dict.fromkeys(numbers)]
    problems = [
        _opens_nothing(first)
        for first in firsts
        if first.id in gone or (first.expires_at is not None and first.expires_at < at)
    ]
    if problems or not firsts:
        raise Refused(problems or [_none_chosen()])
    return firsts


def _same_day(campaign: Campaign, one: datetime, other: datetime) -> bool:
    return local_day(one, campaign.timezone) == local_day(other, campaign.timezone)


def _not_now() -> Problem:
    return Problem(
        field="state",
        zh="只有正在进行的评议才能催办；未开始的请等到第一天，已结束的不再接收答卷",
        en="only while a campaign is answered can people be reminded: from its first day to its"
        " last",
    )


def _opens_nothing(first: Entrance) -> Problem:
    return Problem(
        field="batch",
        zh=f"第 {first.id} 批评议码已停用或已过有效期，打不开问卷，不能催办；请取消勾选",
        en=f"batch {first.id} is withdrawn or has expired and opens nothing; untick it",
    )


def _another_half(first: Entrance) -> Problem:
    return Problem(
        field="batch",
        zh=f"第 {first.id} 批评议码今天已经催办过，对象不同（全部、先催办的一半或后催办的一半）；"
        "请改天再催办，或取消勾选",
        en=f"batch {first.id} was reminded today, but not the same of it (all, the first half or"
        " the second); remind it another day, or untick it",
    )


def _none_chosen() -> Problem:
    return Problem(field="batch", zh="请至少勾选一批", en="tick one batch at least")


def _nobody_left() -> Problem:
    return Problem(
        field="batch",
        zh="所选各批的评议码都已用过，没有需要催办的",
        en="every code of these batches has been used; nobody is left to be reminded",
    )
