"""A job is done by one worker at a time; where that one dies, another takes it over.

A worker claims a job for some minutes and says again and again that it goes on. One that says
nothing any more has died: the job is begun again, and given up where it fails so three times.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from survey.jobs.ending import give_up
from survey.jobs.steps import STEPS
from survey.model import Campaign, Job
from survey.site.installation import Site

LEASE = timedelta(minutes=2)
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job that is this worker's to do."""

    job: Job
    campaign: Campaign
    claim: str


def claim_next(site: Site) -> Claimed | None:
    """Take the job that waits longest, unless another worker has it; None where none waits."""
    while True:
        at = site.clock()
        with site.database.reading() as session:
            query = sa.select(Job).where(_is_free(at)).order_by(Job.id).limit(1)
            found = session.scalar(query)
        if found is None:
            return None
        if found.tries >= _MOST_TRIES:
            give_up(site, found)
            continue
        claim = secrets.token_hex(8)
        with site.database.writing() as session:
            # Said of the row itself: of two who waited for its lock the second looks again.
            mine = sa.update(Job).where(Job.id == found.id, _is_free(at))
            taken = mine.values(
                state="running", claim=claim, claimed_until=at + LEASE, tries=Job.tries + 1,
                progress=0, step="",
            )  # fmt: skip
            if session.connection().execute(taken).rowcount:
                job = session.get_one(Job, found.id, populate_existing=True)
                return Claimed(
                    job=job, campaign=session.get_one(Campaign, job.campaign_id), claim=claim
                )


def go_on(site: Site, claimed: Claimed, *, step: str | None = None) -> None:
    """Hold a claimed job for some minutes more, saying which step it is at where that is new."""
    said = {} if step is None else {"step": step, "progress": STEPS[step].percent}
    with site.database.writing() as session:
        session.execute(
            sa.update(Job)
            .where(Job.id == claimed.job.id, Job.claim == claimed.claim)
            .values(claimed_until=site.clock() + LEASE, **said)
        )


def let_go(site: Site, claimed: Claimed) -> None:
    """Leave a job that is not ended to whoever comes next."""
    with site.database.writing() as session:
        session.execute(
            sa.update(Job)
            .where(Job.id == claimed.job.id, Job.claim == claimed.claim)
            .values(state="waiting", claim=None, claimed_until=None)
        )


def _is_free(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(Job.state == "waiting", sa.and_(Job.state == "running", Job.claimed_until < at))
