"""The page of a job: how far it is, why it failed, or on to its result."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from survey.access import people, roles
from survey.access.sign_in import current_account, requires
from survey.jobs.ending import raised_by
from survey.jobs.steps import STEPS
from survey.jobs.titles import TITLES
from survey.jobs.waiting import jobs, lead_to_result, result_page
from survey.model import Job
from survey.web.request import language, site

blueprint = Blueprint("jobs", __name__, url_prefix="/office/jobs")

Page = str | Response | tuple[str, int]


@blueprint.get("/<int:number>")
@requires("campaign.read")
def page(number: int) -> Page:
    """Show a job to those who may ask for its kind; it does not exist for the others."""
    with site().database.reading() as session:
        job = session.get(Job, number)
        kind = jobs().kinds.get(job.kind) if job else None
        if job is None or kind is None or not roles.may(current_account(), kind.action):
            abort(404)
        campaign = job.campaign
        is_done = job.state == "done"
        if is_done and not kind.is_file:
            return lead_to_result(kind, job, campaign)
        refused = raised_by(job)
        return render_template(
            "office/job.html",
            campaign=campaign,
            job=job,
            asked_by=people.names(session).get(job.asked_by, job.asked_by),
            title=TITLES[kind.name],
            done=kind.done if is_done else "",
            file=result_page(kind, job, campaign) if is_done else "",
            again=kind.asking_page(campaign.code, job.arguments),
            doing=STEPS[job.step].text(language()),
            lines=refused.text(language()).splitlines() if refused else [],
        )
