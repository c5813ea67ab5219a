"""The download of a release's microdata."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.exchange.document import find_document
from survey.exchange.microdata.files import archive
from survey.exchange.microdata.taking import note_taken, released_answers
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole
from survey.fieldwork.sealing import seal_ledger
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import site

blueprint = Blueprint("microdata", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.get("/releases/<int:number>/microdata.zip")
@requires("microdata.take")
def download(code: str, number: int) -> ResponseReturnValue:
    need_whole(code)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        found_or_404(find_document, session, campaign=campaign, number=number)
        data = released_answers(session, campaign=campaign, number=number)
    content = archive(data)
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        note_taken(
            session,
            campaign=campaign,
            data=data,
            form="zip",
            by=current_account().username,
            clock=site().clock,
        )
        seal_ledger(site(), session, campaign, "export")
    return Response(
        content,
        content_type="application/zip",
        headers={
            "Content-Disposition": attachment(f"{data.name}.zip"),
            "Cache-Control": "private, no-store",
        },
    )
