"""The page of the rehearsal: what was tried when, and trying it now."""

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404, reading_campaign
from survey.fieldwork.readiness.rehearsed import last_rehearsal
from survey.forms.office import ConfirmForm
from survey.problems import Refused
from survey.rehearsal.papers import papers_of
from survey.rehearsal.rehearsing import rehearse
from survey.web.downloads import attachment
from survey.web.request import language, site

blueprint = Blueprint("rehearsal", __name__, url_prefix="/office/campaigns/<code>")

Page = str | Response | tuple[str, int]


@blueprint.route("/rehearsal", methods=["GET", "POST"])
@requires("campaign.run")
def page(code: str) -> Page:
    """Tell of the last rehearsal; a POST rehearses and gives the papers and scores made."""
    form, lines = ConfirmForm(), []
    if form.validate_on_submit():
        try:
            return _rehearsed(code)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with reading_campaign(code, "campaign.run") as (session, campaign):
        shown = render_template(
            "office/rehearsal.html",
            campaign=campaign,
            last=last_rehearsal(session, campaign=campaign),
            form=form,
            lines=lines,
        )
    return shown, 422 if form.is_submitted() else 200


def _rehearsed(code: str) -> Response:
    with site().database.reading() as session:
        campaign_or_404(session, code)
    done = rehearse(
        site(),
        campaign_code=code,
        by=current_account().username,
        make_app=current_app.extensions["make_app"],
    )
    return Response(
        papers_of(done.posters, done.released),
        content_type="application/zip",
        headers={
            "Content-Disposition": attachment(f"{code}-rehearsal.zip"),
            "Cache-Control": "private, no-store",
        },
    )
