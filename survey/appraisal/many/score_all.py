"""Every closed campaign scored, each in a process of its own that opens the installation anew."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.run import score_campaign
from survey.canonical import digest_of
from survey.ledger.watch import look_before_writing
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.site.installation import guard_writing, open_site
from survey.site.processes import fresh_processes
from survey.verification.whole import require_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A campaign's new run by the digests of what it was made from and of its figures.

    Or why there is none: its `problems`.
    """

    campaign_code: str
    plan_digest: str = ""
    data_digest: str = ""
    record_digest: str = ""
    problems: tuple[Problem, ...] = ()


def campaigns_to_score(session: Session) -> list[str]:
    """Return the campaigns that are closed and neither released nor anonymous, by their codes."""
    query = sa.select(Campaign.code).where(
        Campaign.state.in_(("closed", "scored")), Campaign.anonymised_at.is_(None)
    )
    return list(session.scalars(query.order_by(Campaign.code)))


def score_all(codes: Sequence[str], *, processes: int, by: str) -> Iterator[Scored]:
    """Score campaigns of this installation, so many at once; yield each in their order.

    Each takes the way of `survey score ID`: records verified before, kept and sealed after. One
    that cannot be scored keeps no other from it.
    """
    if not codes:
        return
    with fresh_processes(min(processes, len(codes))) as pool:
        for task in [pool.submit(score_apart, code, by) for code in codes]:
            yield task.result()


@cache
def _guarded() -> None:
    guard_writing(look_before_writing)


def score_apart(campaign_code: str, by: str) -> Scored:
    """Score one campaign in a process of its own, which opens the installation anew."""
    _guarded()
    try:
        with open_site(os.environ) as site:
            require_whole(site, campaign_code)
            run = score_campaign(site, campaign_code=campaign_code, by=by)
    except Refused as refused:
        return Scored(campaign_code=campaign_code, problems=refused.problems)
    return Scored(
        campaign_code=campaign_code,
        plan_digest=run.plan_digest,
        data_digest=run.data_digest,
        record_digest=digest_of(run.content),
    )
