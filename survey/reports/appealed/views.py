"""The decision on an appeal, given as a file to the unit and to whoever may read the appeal."""

from datetime import date

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.appraisal.appeals.standing import read_appeal
from survey.clock import local_day
from survey.fieldwork.campaign_pages import need_whole, reading_campaign, visible_units
from survey.fieldwork.campaigns import find_campaign
from survey.reports.appealed.letter import appeal_document, draw_decision
from survey.reports.handing_out import (
    MEDIA_TYPES,
    Ending,
    as_ending,
    file_name,
    note_taken,
)
from survey.reports.kinds import LANGS
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import site

blueprint = Blueprint("appeal_letters", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.get("/appeals/<int:number>/letter.<lang>.<ending>")
@requires("appeal.read", hidden=True)
def letter(code: str, number: int, lang: str, ending: str) -> Response:
    """Give the decision on an appeal of a unit that may be seen; 404 before it is made."""
    if lang not in LANGS or ending not in MEDIA_TYPES:
        abort(404)
    with reading_campaign(code, "appeal.read") as (session, campaign):
        standing = found_or_404(
            read_appeal,
            session,
            campaign=campaign,
            number=number,
            units=visible_units(campaign, "appeal.read"),
            today=date.fromisoformat(local_day(site().clock(), campaign.timezone)),
        )
        document = found_or_404(appeal_document, session, standing=standing)
        asked, word = draw_decision(
            session, document, campaign=campaign, standing=standing, lang=lang
        )
    need_whole(code)
    kind: Ending = "pdf" if ending == "pdf" else "docx"
    at = document.content.release.frozen_at
    content = as_ending(word, kind, site=site(), asked=asked, at=at)
    with site().database.writing() as session:
        campaign, by = find_campaign(session, code), current_account().username
        name = f"appeal-{number}.{lang}.{kind}"
        note_taken(site(), session, campaign, document, name=name, by=by)
    return Response(
        content,
        content_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": attachment(file_name(document, asked, kind)),
            "Cache-Control": "private, no-store",
        },
    )
