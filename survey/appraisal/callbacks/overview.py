"""What the page of verification calls shows: each class with its rounds, each unit's standing."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.callbacks.calls import drawn_calls
from survey.appraisal.callbacks.measuring import kept
from survey.appraisal.record.verified import VerifiedUnit
from survey.model import CallRound, Campaign, CampaignUnit
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import UnitClass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStanding:
    """A unit, how it stands, and how many numbers were drawn and wait for an outcome."""

    taking_part: CampaignUnit
    standing: VerifiedUnit | None
    n_drawn: int
    n_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCalls:
    """One class: its rounds, the newest last, and its units in the campaign's order."""

    class_code: str
    names: UnitClass
    rounds: tuple[CallRound, ...]
    units: tuple[UnitStanding, ...]

    @property
    def n_drawn(self) -> int:
        """How many numbers were drawn."""
        return sum(unit.n_drawn for unit in self.units)

    @property
    def n_waiting(self) -> int:
        """How many of them have no outcome yet."""
        return sum(unit.n_waiting for unit in self.units)

    @property
    def n_confirmed(self) -> int:
        """How many units are confirmed."""
        standings = [unit.standing for unit in self.units if unit.standing and unit.n_drawn]
        return sum(each.state == "confirmed" for each in standings)


def classes_called(
    session: Session, *, campaign: Campaign, units: Collection[CampaignUnit]
) -> list[ClassCalls]:
    """Return the classes of these units with their calls so far, in the scheme's order."""
    standings = kept(session, campaign=campaign)
    drawn = drawn_calls(session, campaign=campaign)
    query = sa.select(CallRound).where(CallRound.campaign_id == campaign.id)
    rounds = session.scalars(query.order_by(CallRound.number)).all()
    found = []
    for class_code, names in scheme_of(campaign).classes.items():
        rows = [
            UnitStanding(
                taking_part=entry,
                standing=standings.get(entry.unit.code),
                n_drawn=len(drawn.get(entry.unit_id, ())),
                n_waiting=sum(call.outcome is None for call in drawn.get(entry.unit_id, ())),
            )
            for entry in units
            if entry.class_code == class_code
        ]
        if rows:
            found.append(
                ClassCalls(
                    class_code=class_code,
                    names=names,
                    rounds=tuple(each for each in rounds if each.class_code == class_code),
                    units=tuple(rows),
                )
            )
    return found
