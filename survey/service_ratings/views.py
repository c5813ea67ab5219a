"""The office's page of 好差评: totals brought in by table, shown beside the scores."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.clock import local_day
from survey.fieldwork.campaign_pages import need_whole, reading_campaign, visible_units
from survey.forms.office import RatingsForm
from survey.office_files.given import every_table
from survey.problems import Refused
from survey.service_ratings.sheets import ratings_sheet
from survey.service_ratings.shown import FEWEST_FOR_SHARE, units_rated
from survey.service_ratings.taking import take_ratings
from survey.web.downloads import attachment
from survey.web.request import file_name, language, site

blueprint = Blueprint("service_ratings", __name__, url_prefix="/office")

RATINGS, LARGEST_RATINGS = "/office/service-ratings", 2_000_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = str | Response | tuple[str, int]


@blueprint.route("/service-ratings", methods=["GET", "POST"])
@requires("campaign.read")
def page() -> Page:
    """Show the totals of every unit; a POST brings a table in.

    The address names its campaign in the query: bodies larger than others go by the address.
    """
    code, form = request.args.get("code", ""), RatingsForm()
    with reading_campaign(code, "rating.read"):
        if request.method == "POST" and not roles.may(current_account(), "campaign.run"):
            abort(403)
    if not form.validate_on_submit():
        return _shown(code, form)
    need_whole(code)
    file = form.file.data
    try:
        taken = take_ratings(
            site(),
            campaign_code=code,
            tables=every_table(file.read(), file_name(file.filename)),
            by=current_account().username,
        )
    except Refused as refused:
        return _shown(code, form, refused)
    flash(
        _(
            "已保存：新增%(new)d条，更正%(changed)d条；表里共%(said)d条。",
            new=taken.n_new,
            changed=taken.n_changed,
            said=taken.n_said,
        )
    )
    return redirect(url_for("service_ratings.page", code=code))


@blueprint.get("/campaigns/<code>/service-ratings.xlsx")
@requires("rating.read", hidden=True)
def sheet(code: str) -> Response:
    """Give what is kept as a workbook, with rows for the present month to fill in."""
    with reading_campaign(code, "rating.read") as (session, campaign):
        content = ratings_sheet(
            units_rated(session, campaign=campaign, units=visible_units(campaign, "rating.read")),
            month=local_day(site().clock(), campaign.timezone)[:7],
            lang=language(),
        )
    return Response(
        content,
        mimetype=_XLSX,
        headers={"Content-Disposition": attachment(f"{code}-service-ratings.xlsx")},
    )


def _shown(code: str, form: RatingsForm, refused: Refused | None = None) -> Page:
    with reading_campaign(code, "rating.read") as (session, campaign):
        shown = render_template(
            "office/service_ratings.html",
            campaign=campaign,
            units=units_rated(
                session, campaign=campaign, units=visible_units(campaign, "rating.read")
            ),
            fewest=FEWEST_FOR_SHARE,
            form=form,
            lines=refused.text(language()).splitlines() if refused else [],
        )
    return shown, 422 if request.method == "POST" else 200
