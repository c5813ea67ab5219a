"""The register of rectification as Word."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.clock import local_day
from survey.feedback import register
from survey.fieldwork.campaign_pages import reading_campaign, visible_campaign
from survey.problems import Refused
from survey.reports.handing_out import MEDIA_TYPES
from survey.reports.kinds import LANGS
from survey.reports.using.register_word import NAME, register_word
from survey.web.downloads import attachment
from survey.web.request import language, site

blueprint = Blueprint("using", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.get("/register.<lang>.docx")
@requires("case.run")
def register_as_word(code: str, lang: str) -> Response | tuple[str, int]:
    """Give the register of all units, or of the one that is asked for; it is left on record."""
    if lang not in LANGS:
        abort(404)
    try:
        with reading_campaign(code, "case.run") as (session, campaign):
            known = {entry.unit.code for entry in campaign.units}
            asked = request.args.get("unit", "")
            content = register_word(
                session,
                campaign=campaign,
                lang=lang,
                clock=site().clock,
                unit_code=asked if asked in known else "",
            )
            today = local_day(site().clock(), campaign.timezone)
    except Refused as refused:
        return _refused(code, refused)
    with site().database.writing() as session:
        campaign = visible_campaign(session, code, "case.run")
        by = current_account().username
        register.note_export(session, campaign=campaign, by=by, clock=site().clock)
    name = attachment(f"{code}-{NAME.text(lang)}-{today}.docx")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return Response(content, content_type=MEDIA_TYPES["docx"], headers=headers)


def _refused(code: str, refused: Refused) -> tuple[str, int]:
    with reading_campaign(code, "case.run") as (_session, campaign):
        lines = refused.text(language()).splitlines()
        shown = {"campaign": campaign, "document": None, "lines": lines}
        return render_template("office/documents.html", **shown), 422
