"""The visits of a campaign: how each stands, and what those that count take away from a unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.on_site.words import State
from survey.model import Campaign, CampaignUnit, OnSiteDecision, OnSiteVisit
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStanding:
    """One visit, the unit it was made to, and what was decided on it."""

    visit: OnSiteVisit
    entry: CampaignUnit
    decisions: tuple[OnSiteDecision, ...]

    @property
    def state(self) -> State:
        """Return what was decided last; before that it waits."""
        return cast(State, self.decisions[-1].outcome) if self.decisions else "waiting"

    @property
    def counts(self) -> bool:
        """Whether its deduction counts."""
        return self.state == "confirmed"

    @property
    def confirmation(self) -> OnSiteDecision | None:
        """Return how it was confirmed, None where it never was."""
        return next((one for one in self.decisions if one.outcome == "confirmed"), None)


def has_list(campaign: Campaign) -> bool:
    """Say whether the scheme has a list for inspectors: without one there are no visits."""
    return bool(scheme_of(campaign).on_site.items)


def read_visits(
    session: Session, *, campaign: Campaign, units: Collection[CampaignUnit] | None = None
) -> list[VisitStanding]:
    """Return the visits to these units (all of them if not given) as they were entered."""
    entries = {entry.unit_id: entry for entry in (campaign.units if units is None else units)}
    of_campaign = OnSiteVisit.campaign_id == campaign.id
    decided: dict[int, list[OnSiteDecision]] = defaultdict(list)
    decisions = sa.select(OnSiteDecision).join(OnSiteVisit).where(of_campaign)
    for decision in session.scalars(decisions.order_by(OnSiteDecision.position)):
        decided[decision.visit_id].append(decision)
    visits = sa.select(OnSiteVisit).where(of_campaign).order_by(OnSiteVisit.number)
    return [
        VisitStanding(visit=visit, entry=entries[visit.unit_id], decisions=tuple(decided[visit.id]))
        for visit in session.scalars(visits)
        if visit.unit_id in entries
    ]


def find_visit(
    session: Session,
    *,
    campaign: Campaign,
    number: int,
    units: Collection[CampaignUnit] | None = None,
) -> VisitStanding:
    """Return a visit by its number; raises Refused where there is none to these units."""
    for standing in read_visits(session, campaign=campaign, units=units):
        if standing.visit.number == number:
            return standing
    raise Refused.of(
        field=str(number), zh=f"没有第 {number} 号察访记录", en=f"there is no visit {number}"
    )


def in_points(points: Decimal | float) -> str:
    """Return points with two decimals."""
    return str(Decimal(str(points)).quantize(_CENT))


def deducted(campaign: Campaign, visits: Iterable[VisitStanding]) -> tuple[Decimal, Decimal]:
    """Return what the visits that count take away, as found and as the scheme bounds it."""
    found = sum((one.visit.deduction for one in visits if one.counts), Decimal(0))
    most = Decimal(str(scheme_of(campaign).on_site.most))
    return found.quantize(_CENT), min(found, most).quantize(_CENT)
