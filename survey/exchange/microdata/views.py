"""The download of a release's microdata."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.exchange.document import find_document
from survey.exchange.microdata.making_job import MICRODATA
from survey.exchange.microdata.taking import note_taken
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.sealing import seal_ledger
from survey.jobs.taking import made_or_wait
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
    anew = url_for("microdata.download", code=code, number=number)
    about = {"number": number}
    made = made_or_wait(MICRODATA, campaign=campaign, arguments=about, anew=anew)
    if isinstance(made, Response):
        return made
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        note_taken(
            session,
            campaign=campaign,
            number=number,
            answers=made.said["answers"],
            form="zip",
            by=current_account().username,
            clock=site().clock,
        )
        seal_ledger(site(), session, campaign, "export")
    return Response(
        made.content,
        content_type="application/zip",
        headers={
            "Content-Disposition": attachment(made.name),
            "Cache-Control": "private, no-store",
        },
    )
