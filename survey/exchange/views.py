"""Downloads of released scores."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.exchange.document import find_document, note_export
from survey.exchange.files import FORMATS, file_name
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole
from survey.fieldwork.sealing import seal_ledger
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import site

blueprint = Blueprint("exchange", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.get("/releases/<int:number>/<name>")
@requires("export.make")
def download(code: str, number: int, name: str) -> Response:
    if name not in FORMATS:
        abort(404)
    need_whole(code)
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        document = found_or_404(find_document, session, campaign=campaign, number=number)
        note_export(
            session,
            campaign=campaign,
            document=document,
            name=name,
            by=current_account().username,
            clock=site().clock,
        )
        seal_ledger(site(), session, campaign, "export")
    return Response(
        FORMATS[name].write(document),
        content_type=FORMATS[name].media_type,
        headers={
            "Content-Disposition": attachment(file_name(document, name)),
            "Cache-Control": "private, no-store",
        },
    )
