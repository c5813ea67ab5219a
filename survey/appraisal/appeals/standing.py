"""How appeals stand: every step of them, by when they must be filed and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.appeals.kinds import State
from survey.clock import local_day
from survey.feedback.deadlines import add_workdays, unknown_years, workdays_left
from survey.model import Appeal, AppealStep, Campaign, CampaignUnit, Release
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One appeal, the unit and the release it is about, its steps, and when it must be decided."""

    appeal: Appeal
    entry: CampaignUnit
    contested: int
    steps: tuple[AppealStep, ...]
    superseding: int | None
    due_on: str
    left: int

    @property
    def state(self) -> State:
        """Return what was done last, `decided` once and for all."""
        return cast(State, self.steps[-1].step) if self.steps else "filed"

    @property
    def is_open(self) -> bool:
        """Whether it waits for the office."""
        return self.state != "decided"

    def last(self, step: str) -> AppealStep | None:
        """Return the last step of a kind, None where there is none."""
        return next((one for one in reversed(self.steps) if one.step == step), None)


def last_day_to_file(campaign: Campaign, release: Release) -> date:
    """Return the last day on which a unit may contest a release."""
    n = scheme_of(campaign).appeal.window_workdays
    return add_workdays(_day(campaign, release.frozen_at), n)


def last_day_to_decide(campaign: Campaign, appeal: Appeal) -> date:
    """Return the day by which the office must have decided on an appeal."""
    n = scheme_of(campaign).appeal.decide_workdays
    return add_workdays(_day(campaign, appeal.filed_at), n)


def read_appeals(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit], today: date
) -> list[Standing]:
    """Return the appeals of some units: open ones first, those due first before the others."""
    entries = {entry.unit_id: entry for entry in units}
    query = sa.select(Appeal).where(Appeal.campaign_id == campaign.id, Appeal.unit_id.in_(entries))
    appeals = session.scalars(query).all()
    numbers = _release_numbers(session, campaign) if appeals else {}
    found = [
        _standing(
            session, campaign, appeal, entry=entries[appeal.unit_id], numbers=numbers, today=today
        )
        for appeal in appeals
    ]
    return sorted(found, key=lambda one: (not one.is_open, one.due_on, one.appeal.number))


def read_appeal(
    session: Session, *, campaign: Campaign, number: int, units: Sequence[CampaignUnit], today: date
) -> Standing:
    """Return the appeal of a number; raises Refused where these units have none of it."""
    every = read_appeals(session, campaign=campaign, units=units, today=today)
    found = next((one for one in every if one.appeal.number == number), None)
    if found is None:
        raise Refused.of(
            field=str(number), zh=f"没有第 {number} 号申诉", en=f"there is no appeal {number}"
        )
    return found


def years_unknown(appeals: Sequence[Standing], *days: date) -> list[int]:
    """Return the years in which deadlines are reckoned without their holidays."""
    due = [date.fromisoformat(one.due_on) for one in appeals if one.is_open]
    return unknown_years(*days, *due)


def n_undecided(session: Session, *, campaign: Campaign) -> int:
    """Return how many appeals of a campaign are not decided."""
    decided = sa.select(AppealStep.appeal_id).where(AppealStep.step == "decided")
    query = sa.select(sa.func.count(Appeal.id)).where(
        Appeal.campaign_id == campaign.id, Appeal.id.not_in(decided)
    )
    return session.scalar(query) or 0


def _standing(
    session: Session,
    campaign: Campaign,
    appeal: Appeal,
    *,
    entry: CampaignUnit,
    numbers: dict[int, int],
    today: date,
) -> Standing:
    query = sa.select(AppealStep).where(AppealStep.appeal_id == appeal.id)
    steps = tuple(session.scalars(query.order_by(AppealStep.position)))
    due_on = last_day_to_decide(campaign, appeal)
    holds = steps[-1].release_id if steps else None
    return Standing(
        appeal=appeal,
        entry=entry,
        contested=numbers[appeal.release_id],
        steps=steps,
        superseding=numbers[holds] if holds and holds != appeal.release_id else None,
        due_on=due_on.isoformat(),
        left=workdays_left(today, due_on),
    )


def _release_numbers(session: Session, campaign: Campaign) -> dict[int, int]:
    query = sa.select(Release.id, Release.number).where(Release.campaign_id == campaign.id)
    return {row.id: row.number for row in session.execute(query)}


def _day(campaign: Campaign, at: Any) -> date:
    return date.fromisoformat(local_day(at, campaign.timezone))
