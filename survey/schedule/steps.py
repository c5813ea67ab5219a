"""The steps of a campaign's calendar: how each stands today, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from survey.feedback.deadlines import unknown_years, workdays_left
from survey.model import Campaign
from survey.schedule.evidence import EVIDENCE, Evidence
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.office import CalendarStep

# `unwatched`: it is time, and nothing in the data can show whether it is done.
Standing = Literal["done", "late", "now", "unwatched", "ahead", "past"]
_DUE: tuple[Standing, ...] = ("late", "now", "unwatched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what the scheme says of it, how it stands, the working days that are left."""

    entry: CalendarStep
    standing: Standing
    left: int
    evidence: Evidence | None

    @property
    def is_due(self) -> bool:
        """Whether somebody has to do it now."""
        return self.standing in _DUE


def steps_of(session: Session, *, campaign: Campaign, today: date) -> list[Step]:
    """Return the steps of a campaign in the order of its scheme."""
    return [_step(session, campaign, entry, today) for entry in scheme_of(campaign).calendar]


def due_for(steps: list[Step], *, role: str, watches: bool) -> list[Step]:
    """Return what is due for a role, late first; whoever `watches` sees what is due for all."""
    due = [step for step in steps if step.is_due and (watches or role in step.entry.roles)]
    return sorted(due, key=lambda step: (step.standing != "late", step.entry.ends_on))


def next_for(steps: list[Step], *, role: str) -> Step | None:
    """Return what a role will have to do next."""
    ahead = [step for step in steps if step.standing == "ahead" and role in step.entry.roles]
    return min(ahead, key=lambda step: step.entry.starts_on or step.entry.ends_on, default=None)


def years_unknown(steps: list[Step], *, today: date) -> list[int]:
    """Return the years in which working days are reckoned without their holidays."""
    return unknown_years(today, *(step.entry.ends_on for step in steps if step.is_due))


def _step(session: Session, campaign: Campaign, entry: CalendarStep, today: date) -> Step:
    look = EVIDENCE.get(entry.shown_by or "")
    evidence = look(session, campaign) if look else None
    return Step(
        entry=entry,
        standing=_standing(entry, evidence, today),
        left=workdays_left(today, entry.ends_on),
        evidence=evidence,
    )


def _standing(entry: CalendarStep, evidence: Evidence | None, today: date) -> Standing:
    if evidence is not None and evidence.done:
        return "done"
    if entry.starts_on and today < entry.starts_on:
        return "ahead"
    if today > entry.ends_on:
        return "past" if evidence is None else "late"
    return "unwatched" if evidence is None else "now"
