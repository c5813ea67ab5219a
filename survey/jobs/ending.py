"""A job ends: done with a result, failed for a reason, or given up where its workers died."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.model import Campaign, Job
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.web.alterations import Altered

ENDED = ("done", "failed", "interrupted")
_FAULTS: dict[str, type[Refused]] = {"refused": Refused, "altered": Altered}


def end_done(site: Site, job: Job, *, claim: str, result: dict[str, Any]) -> None:
    """Say that a job is done and where its result is found."""
    _end(site, job, claim=claim, state="done", progress=100, result=result)


def end_failed(site: Site, job: Job, *, claim: str, refused: Refused) -> None:
    """Say that a job failed, and why, in both languages."""
    kind = "altered" if isinstance(refused, Altered) else "refused"
    fault = {"kind": kind, "problems": [asdict(problem) for problem in refused.problems]}
    _end(site, job, claim=claim, state="failed", fault=fault)


def give_up(site: Site, job: Job) -> None:
    """Say that a job is not done: whoever began it died, again and again."""
    _end(site, job, claim=job.claim, state="interrupted")


def raised_by(job: Job) -> Refused | None:
    """Return what an ended job has to say against its having been done; None where it was."""
    if job.state == "interrupted":
        return Refused([_interrupted()])
    if job.fault is None:
        return None
    problems = [Problem(**each) for each in job.fault["problems"]]
    return _FAULTS[job.fault["kind"]](problems)


def broken() -> Refused:
    """Return what is told of a fault of the program itself."""
    return Refused.of(
        zh="程序出错，这项工作没有完成，也没有改动任何记录；请再试一次，"
        "仍不成的请把运行日志交技术人员",
        en="the program failed and this was not done, nothing was changed; try again, and if it "
        "fails again give the log to whoever runs the system",
    )


def _interrupted() -> Problem:
    return Problem(
        zh="这项工作几次中途停下（服务重启、断电或内存不足），没有完成，也没有改动任何记录；"
        "请让技术人员看过运行日志后再试",
        en="this was stopped half-way several times (a restart, a power cut, too little memory) "
        "and not done, nothing was changed; have the log looked at, then try again",
    )


def _end(site: Site, job: Job, *, claim: str | None, state: str, **said: Any) -> None:
    at = site.clock()
    with site.database.writing() as session:
        ended = sa.update(Job).where(Job.id == job.id, *_still(claim))
        values = {"state": state, "ended_at": at, "claim": None, "claimed_until": None}
        if session.connection().execute(ended.values(**values, **said)).rowcount:
            _record(session, job, at=at, state=state, result=said.get("result") or {})


def _still(claim: str | None) -> Sequence[sa.ColumnElement[bool]]:
    held = Job.claim.is_(None) if claim is None else Job.claim == claim
    return (held, Job.state.in_(("waiting", "running")))


def _record(session: Session, job: Job, *, at: Any, state: str, result: dict[str, Any]) -> None:
    campaign = session.get_one(Campaign, job.campaign_id)
    audit.record(
        session, by=job.asked_by, at=at, action="job.end", subject=campaign.code,
        job=job.id, kind=job.kind, outcome=state, **result,
    )  # fmt: skip
