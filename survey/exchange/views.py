"""Downloads of released scores."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from survey.access.sign_in import requires
from survey.exchange.document import find_document
from survey.exchange.files import FORMATS, file_name
from survey.fieldwork.campaigns import find_campaign
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.request import site

blueprint = Blueprint("exchange", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.get("/releases/<int:number>/<name>")
@requires("export.make")
def download(code: str, number: int, name: str) -> Response:
    if name not in FORMATS:
        abort(404)
    try:
        with site().database.reading() as session:
            document = find_document(session, campaign=find_campaign(session, code), number=number)
    except Refused:
        abort(404)
    return Response(
        FORMATS[name].write(document),
        content_type=FORMATS[name].media_type,
        headers={
            "Content-Disposition": attachment(file_name(document, name)),
            "Cache-Control": "private, no-store",
        },
    )
