"""Common items in the office's pages: out of a city's plan, into a county's draft."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.drafting.changing import change_sheets
from survey.drafting.common_items import MOST_BYTES, CommonItems, common_file
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.forms.office import CommonItemsForm
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.stored import stored_folder
from survey.web.downloads import attachment
from survey.web.request import file_name, language, site

blueprint = Blueprint("common_items", __name__, url_prefix="/office/campaigns/<code>")

COMMON_ITEMS = "/office/campaigns/<code>/common-items"
LARGEST_COMMON = MOST_BYTES + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.get("/common-items.json")
@requires("campaign.run")
def exported(code: str) -> Page:
    """Give the plan's common items as a signed file."""
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        county = stored_folder(session, campaign)
        organiser = scheme_of(campaign).campaign.organiser_zh
    try:
        content = common_file(county, organiser=organiser, key=site().keys.signing())
    except Refused as refused:
        return _page(code, refused.text(language()).splitlines()), 422
    response = make_response(content)
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Disposition"] = attachment(f"{code}-common-items.json")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/common-items", methods=["GET", "POST"])
@requires("campaign.run")
def loaded(code: str) -> Page:
    """Offer the common items of the plan; a POST lets a draft's be those of a city."""
    form = CommonItemsForm()
    if not form.validate_on_submit():
        page = _page(code, [], form)
        return page, 422 if form.is_submitted() else 200
    given = CommonItems(
        content=form.file.data.read(MOST_BYTES),
        file=file_name(form.file.data.filename),
        key=form.key.data or "",
    )
    try:
        changes = change_sheets(
            site(),
            campaign_code=code,
            wanted=given.sheets,
            made_from=None,
            by=current_account().username,
            files=given.files,
        )
    except Refused as refused:
        return _page(code, refused.text(language()).splitlines(), form), 422
    flash(_("已保存，改动%(n)d处。", n=len(changes)) if changes else _("没有改动。"))
    return redirect(url_for("common_items.loaded", code=code))


def _page(code: str, lines: list[str], form: CommonItemsForm | None = None) -> str:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        return render_template(
            "office/common_items.html",
            campaign=campaign,
            source=campaign.questionnaire.content.get("common_source"),
            form=form or CommonItemsForm(formdata=None),
            lines=lines,
        )
