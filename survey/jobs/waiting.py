"""A page that asks for a job waits a moment for it, then leads to where its progress is seen."""

from collections.abc import Mapping
from time import monotonic, sleep
from typing import Any

from flask import abort, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account
from survey.jobs.asking import ask
from survey.jobs.ending import ENDED, raised_by
from survey.jobs.kinds import Kind
from survey.jobs.running import Jobs
from survey.model import Campaign, Job
from survey.web.request import site

PATIENCE_SECONDS = 2.0  # a page is held no longer; small counties are scored in that time
_LOOK_SECONDS = 0.03


def jobs() -> Jobs:
    """Return the jobs of this process."""
    found: Jobs = current_app.extensions["jobs"]
    return found


def do_or_wait(kind: Kind, *, campaign: Campaign, arguments: Mapping[str, Any]) -> Response:
    """Ask for a job and lead to its result, or to its progress where that takes longer.

    Raises Refused as `do_in_time` does.
    """
    job = do_in_time(kind, campaign=campaign, arguments=arguments)
    return job if isinstance(job, Response) else lead_to_result(kind, job, campaign)


def do_in_time(kind: Kind, *, campaign: Campaign, arguments: Mapping[str, Any]) -> Job | Response:
    """Ask for a job and return it done, or what leads to its progress where that takes longer.

    Raises Refused, in the words of the job, where it was not done; or where another job of the
    campaign is at work.
    """
    with site().database.writing() as session:
        job = ask(
            session,
            kind=kind,
            campaign=campaign,
            arguments=arguments,
            by=current_account().username,
            clock=site().clock,
        )
    jobs().wake()
    until = monotonic() + PATIENCE_SECONDS
    while job.state not in ENDED:
        if monotonic() > until:
            return redirect(url_for("jobs.page", number=job.id))
        sleep(_LOOK_SECONDS)
        job = _again(job)
    refused = raised_by(job)
    if refused is not None:
        raise refused
    return job


def done_job(number: int, kind: Kind, *, campaign: Campaign, arguments: Mapping[str, Any]) -> Job:
    """Return a job that is done and is about this; 404 for all others."""
    with site().database.reading() as session:
        job = session.get(Job, number)
    about = (kind.name, campaign.id, dict(arguments), "done")
    if job is None or (job.kind, job.campaign_id, job.arguments, job.state) != about:
        abort(404)
    return job


def lead_to_result(kind: Kind, job: Job, campaign: Campaign) -> Response:
    """Lead to the result of a job that is done, and say so."""
    flash(str(kind.done))
    return redirect(result_page(kind, job, campaign))


def result_page(kind: Kind, job: Job, campaign: Campaign) -> str:
    """Return the address of what came of a job."""
    return kind.result_page(campaign.code, {**job.arguments, **(job.result or {}), "job": job.id})


def _again(job: Job) -> Job:
    with site().database.reading() as session:
        return session.get_one(Job, job.id)
