"""The calls of a campaign: what was drawn, how calls ended, and the frame both belong to."""

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.callbacks.frame import AnsweredCode, answered_codes
from survey.canonical import digest_of
from survey.model import CallDraw, CallOutcome, CallRound, Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One code drawn for a unit, and how the call ended; None before it did."""

    draw_id: int
    position: int
    code_id: int
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCalls:
    """A unit's answers by code, and its calls in the order they were drawn."""

    unit_code: str
    class_code: str
    codes: tuple[AnsweredCode, ...]
    calls: tuple[Call, ...]

    @property
    def counted(self) -> tuple[Call, ...]:
        """The calls before the first that nobody has entered: who is left out cannot be chosen."""
        for place, call in enumerate(self.calls):
            if call.outcome is None:
                return self.calls[:place]
        return self.calls


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCalls:
    """All of it: the units in the campaign's order, and the digest of draws and outcomes."""

    units: tuple[UnitCalls, ...]
    digest: str

    @property
    def begun(self) -> bool:
        """Whether anything was drawn."""
        return any(unit.calls for unit in self.units)


def calls_of(session: Session, *, campaign: Campaign) -> CampaignCalls | None:
    """Return the calls of a campaign and what they were drawn from; None before the first round."""
    held = sa.exists().where(CallRound.campaign_id == campaign.id)
    if not session.scalar(sa.select(held)):
        return None
    return drawn_and_frame(session, campaign=campaign)


def drawn_and_frame(session: Session, *, campaign: Campaign) -> CampaignCalls:
    """Return the same whether anything was drawn or not."""
    drawn = drawn_calls(session, campaign=campaign)
    frame = answered_codes(session, campaign=campaign)
    units = tuple(
        UnitCalls(
            unit_code=entry.unit.code,
            class_code=entry.class_code,
            codes=tuple(frame[entry.unit_id]),
            calls=tuple(drawn.get(entry.unit_id, ())),
        )
        for entry in campaign.units
    )
    told = [
        [unit.unit_code, call.position, call.code_id, call.outcome]
        for unit in units
        for call in unit.calls
    ]
    return CampaignCalls(units=units, digest=digest_of(told))


def drawn_calls(session: Session, *, campaign: Campaign) -> dict[int, list[Call]]:
    """Return the calls of each unit, by its key, in the order they were drawn."""
    outcomes = latest_outcomes(session, campaign=campaign)
    query = (
        sa.select(CallDraw)
        .join(CallRound, CallRound.id == CallDraw.round_id)
        .where(CallRound.campaign_id == campaign.id)
        .order_by(CallDraw.unit_id, CallDraw.position)
    )
    found: dict[int, list[Call]] = defaultdict(list)
    for draw in session.scalars(query):
        found[draw.unit_id].append(
            Call(
                draw_id=draw.id,
                position=draw.position,
                code_id=draw.code_id,
                outcome=outcomes.get(draw.id),
            )
        )
    return found


def latest_outcomes(session: Session, *, campaign: Campaign) -> dict[int, str]:
    """Return the newest outcome of each draw."""
    query = (
        sa.select(CallOutcome.draw_id, CallOutcome.outcome)
        .join(CallDraw, CallDraw.id == CallOutcome.draw_id)
        .join(CallRound, CallRound.id == CallDraw.round_id)
        .where(CallRound.campaign_id == campaign.id)
        .order_by(CallOutcome.id)
    )
    return {row.draw_id: row.outcome for row in session.execute(query)}
