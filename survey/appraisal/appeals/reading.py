"""An appeal as people read it: what the office computed is the unit's to see once it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.access import roles
from survey.appraisal.appeals.comparing import Compared
from survey.appraisal.appeals.kinds import DEED, MATTERS, OUTCOMES
from survey.appraisal.appeals.standing import Standing
from survey.appraisal.record.plain import read
from survey.model import Account, AppealMatter, AppealOutcome, Campaign, Proposal
from survey.two_persons.arguments import arguments_of
from survey.two_persons.deed import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealShown:
    """One appeal with what may be seen of it; `waiting` are decisions that wait for approval."""

    standing: Standing
    matter: Said
    compared: Compared | None
    outcome: Said | None
    waiting: tuple[int, ...]


def shown_appeal(
    session: Session, *, campaign: Campaign, standing: Standing, account: Account
) -> AppealShown:
    """Return an appeal as an official may see it."""
    weighed, decided = standing.last("weighed"), standing.last("decided")
    sees = decided is not None or roles.may(account, "score.read")
    return AppealShown(
        standing=standing,
        matter=MATTERS[cast(AppealMatter, standing.appeal.matter)],
        compared=read(Compared, weighed.content) if weighed and sees else None,
        outcome=OUTCOMES[cast(AppealOutcome, decided.outcome)] if decided else None,
        waiting=_waiting(session, campaign, standing.appeal.number),
    )


def _waiting(session: Session, campaign: Campaign, number: int) -> tuple[int, ...]:
    query = sa.select(Proposal).where(
        Proposal.deed == DEED,
        Proposal.campaign_id == campaign.id,
        Proposal.outcome.is_(None),
    )
    return tuple(
        each.id for each in session.scalars(query) if arguments_of(each)["appeal"] == number
    )
