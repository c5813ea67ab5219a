"""The officials' page of verification calls: how units stand, rounds, sheets out and in."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey import audit
from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.appraisal.callbacks.drawing import need_class
from survey.appraisal.callbacks.drawing_job import DRAW_CALLS
from survey.appraisal.callbacks.entering import enter_calls
from survey.appraisal.callbacks.overview import classes_called
from survey.appraisal.callbacks.sheets import call_sheet
from survey.appraisal.callbacks.verified import asked_of
from survey.appraisal.runs import need_scorable
from survey.fieldwork.campaign_pages import need_whole, reading_campaign, visible_units
from survey.forms.office import CallRoundForm, CallSheetForm
from survey.jobs.waiting import do_or_wait
from survey.office_files.given import every_table
from survey.problems import Refused
from survey.web.alterations import Altered
from survey.web.downloads import attachment
from survey.web.request import file_name, language, site

blueprint = Blueprint("callbacks", __name__, url_prefix="/office")

CALLBACKS = "/office/callbacks"
LARGEST_SHEET_OF_CALLS = 2_000_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = str | Response | tuple[str, int]


@blueprint.route("/callbacks", methods=["GET", "POST"])
@requires("campaign.read")
def page() -> Page:
    """Show how the units stand; a POST enters a call sheet.

    The address names its campaign in the query: bodies larger than others go by the address. To
    a unit's own liaison there is no such page.
    """
    code, form = request.args.get("code", ""), CallSheetForm()
    with reading_campaign(code, "call.read"):
        if request.method == "POST" and not roles.may(current_account(), "call.run"):
            abort(403)
    if not form.validate_on_submit():
        return _shown(code, form)
    need_whole(code)
    file = form.file.data
    try:
        entered = enter_calls(
            site(),
            campaign_code=code,
            tables=every_table(file.read(), file_name(file.filename)),
            by=current_account().username,
        )
    except Refused as refused:
        return _shown(code, form, refused)
    if entered.n_new:
        flash(_("已录入%(n)d个回访结果。", n=entered.n_new))
    else:
        flash(_("表里的%(n)d个结果都已录入过，没有变化。", n=entered.n_said))
    return redirect(url_for("callbacks.page", code=code))


@blueprint.post("/campaigns/<code>/callbacks/draw")
@requires("call.run")
def draw(code: str) -> Page:
    """Draw the next round of a class."""
    form = CallRoundForm()
    with reading_campaign(code, "call.run"):
        pass
    if not form.validate_on_submit():
        return _shown(code, CallSheetForm(formdata=None), drawing=form)
    class_code = form.class_code.data or ""
    try:
        with reading_campaign(code, "call.run") as (session, campaign):
            need_class(session, campaign, class_code, by=current_account().username)
            need_scorable(campaign)
        asked = {"class": class_code, "at_most": form.at_most.data or 0}
        return do_or_wait(DRAW_CALLS, campaign=campaign, arguments=asked)
    except Altered:
        raise
    except Refused as refused:
        return _shown(code, CallSheetForm(formdata=None), refused)


@blueprint.get("/campaigns/<code>/callbacks/<class_code>.xlsx")
@requires("call.run")
def sheet(code: str, class_code: str) -> Response:
    """Give the numbers drawn in a class, with the outcomes so far."""
    with reading_campaign(code, "call.run") as (session, campaign):
        units = [
            entry for entry in visible_units(campaign, "call.run") if entry.class_code == class_code
        ]
        if not units:
            abort(404)
        content = call_sheet(session, campaign=campaign, units=units, lang=language())
    with site().database.writing() as session:
        audit.record(
            session,
            by=current_account().username,
            at=site().clock(),
            action="call.export",
            subject=code,
            **{"class": class_code},
        )
    return Response(
        content,
        mimetype=_XLSX,
        headers={"Content-Disposition": attachment(f"{code}-calls-{class_code}.xlsx")},
    )


def _shown(
    code: str,
    form: CallSheetForm,
    refused: Refused | None = None,
    *,
    drawing: CallRoundForm | None = None,
) -> Page:
    lines = refused.text(language()).splitlines() if refused else []
    if drawing is not None:
        lines = [str(error) for errors in drawing.errors.values() for error in errors]
    with reading_campaign(code, "call.read") as (session, campaign):
        shown = render_template(
            "office/callbacks.html",
            campaign=campaign,
            classes=classes_called(
                session, campaign=campaign, units=visible_units(campaign, "call.read")
            ),
            asked=asked_of(campaign),
            form=form,
            draw_form=CallRoundForm(formdata=None),
            mine={entry.class_code for entry in visible_units(campaign, "call.run")},
            lines=lines,
        )
    return shown, 422 if request.method == "POST" else 200
