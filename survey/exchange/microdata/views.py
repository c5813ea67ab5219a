"""The download of a release's microdata."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.exchange.document import find_document
from survey.exchange.microdata.making_job import MICRODATA
from survey.exchange.microdata.taking import note_taken
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.sealing import seal_ledger
from survey.jobs.files import kept_file
from survey.jobs.waiting import do_in_time, done_job
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import site

blueprint = Blueprint("microdata", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.get("/releases/<int:number>/microdata.zip")
@requires("microdata.take")
def download(code: str, number: int) -> ResponseReturnValue:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        found_or_404(find_document, session, campaign=campaign, number=number)
    asked, about = request.args.get("job", type=int), {"number": number}
    job = (
        do_in_time(MICRODATA, campaign=campaign, arguments=about)
        if asked is None
        else done_job(asked, MICRODATA, campaign=campaign, arguments=about)
    )
    if isinstance(job, Response):
        return job
    made = job.result or {}
    content = kept_file(site(), made)
    if content is None:  # a day is over: it is made again
        return redirect(url_for("microdata.download", code=code, number=number))
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        note_taken(
            session,
            campaign=campaign,
            number=number,
            answers=made["answers"],
            form="zip",
            by=current_account().username,
            clock=site().clock,
        )
        seal_ledger(site(), session, campaign, "export")
    return Response(
        content,
        content_type="application/zip",
        headers={
            "Content-Disposition": attachment(made["name"]),
            "Cache-Control": "private, no-store",
        },
    )
