"""What was turned away at the residents' door during a campaign, as the office sees it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.model import REFUSALS, Campaign, RefusalCounter


def refused_in(session: Session, *, campaign: Campaign) -> dict[str, tuple[int, int]]:
    """Return, for each kind of refusal, how many there were in all and on the worst day.

    A wrong code belongs to no campaign: those of the days of fieldwork are counted.
    """
    first, last = (
        local_day(moment, campaign.timezone)
        for moment in (campaign.starts_at, campaign.answers_until)
    )
    query = (
        sa.select(
            RefusalCounter.kind,
            sa.func.sum(RefusalCounter.refused),
            sa.func.max(RefusalCounter.refused),
        )
        .where(RefusalCounter.day.between(first, last))
        .group_by(RefusalCounter.kind)
    )
    found = {kind: (int(total), int(worst)) for kind, total, worst in session.execute(query)}
    return {kind: found[kind] for kind in REFUSALS if kind in found}
