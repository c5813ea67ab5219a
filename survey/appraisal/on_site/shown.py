"""What the pages of visits show: units with and without a visit, and what a unit may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.on_site.standing import (
    VisitStanding,
    deducted,
    has_list,
    in_points,
    read_visits,
)
from survey.appraisal.on_site.words import DEED
from survey.appraisal.release import latest_release
from survey.model import Account, Campaign, CampaignUnit, Proposal
from survey.problems import Refused
from survey.two_persons.arguments import arguments_of


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVisits:
    """A unit, its visits, and what those that count take away."""

    entry: CampaignUnit
    visits: tuple[VisitStanding, ...]
    found: str
    deduction: str

    @property
    def n_waiting(self) -> int:
        """How many of them wait for a second person."""
        return sum(one.state == "waiting" for one in self.visits)

    @property
    def n_counted(self) -> int:
        """How many count."""
        return sum(one.counts for one in self.visits)

    @property
    def visited(self) -> bool:
        """Whether anybody was there, as far as it stands."""
        return any(one.state != "withdrawn" for one in self.visits)


def need_list(campaign: Campaign) -> None:
    """Refuse where the scheme has no list: there is no such page then."""
    if not has_list(campaign):
        raise Refused.of(
            field=campaign.code,
            zh="方案里没有察访核验清单",
            en="the scheme has no list for inspectors",
        )


def units_visited(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit], account: Account
) -> list[UnitVisits]:
    """Return these units with the visits that an official may see of them."""
    visits = seen_by(session, campaign=campaign, units=units, account=account)
    found = []
    for entry in units:
        mine = tuple(one for one in visits if one.entry.unit_id == entry.unit_id)
        raw, bounded = deducted(campaign, mine)
        found.append(
            UnitVisits(entry=entry, visits=mine, found=in_points(raw), deduction=in_points(bounded))
        )
    return found


def seen_by(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit], account: Account
) -> list[VisitStanding]:
    """Return the visits an official may see: a unit's own, what was counted in a release."""
    visits = read_visits(session, campaign=campaign, units=units)
    if account.role != "unit_liaison":
        return visits
    release = latest_release(session, campaign=campaign)
    if release is None:
        return []
    return [
        one
        for one in visits
        if (confirmed := one.confirmation)
        and confirmed.at.replace(microsecond=0) <= release.frozen_at
    ]


def waiting_for(session: Session, *, campaign: Campaign, number: int) -> tuple[int, ...]:
    """Return the proposals about a visit that wait for a second person."""
    query = sa.select(Proposal).where(
        Proposal.deed == DEED,
        Proposal.campaign_id == campaign.id,
        Proposal.outcome.is_(None),
    )
    return tuple(
        each.id for each in session.scalars(query) if arguments_of(each)["visit"] == number
    )
