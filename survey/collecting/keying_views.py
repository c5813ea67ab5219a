"""The office's pages of paper sheets: keyed in one after another, and where two persons differ."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey import codes
from survey.access.sign_in import current_account, requires
from survey.appraisal.responses_file import item_columns
from survey.clock import local_day
from survey.collecting.collected_file import areas_of, collected_channels
from survey.collecting.keying import drop, key_in, resolve, waiting_sheets
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.entrances import require_unit
from survey.forms.keying import DifferenceForm, KeyingForm
from survey.model import Campaign
from survey.problems import Refused
from survey.respond.questionnaire import read_questionnaire
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.plan import Plan
from survey.web.request import language, site

blueprint = Blueprint("keying", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/keying", methods=["GET", "POST"])
@requires("answer.collect")
def page(code: str) -> Page:
    """Ask which sheets, then for one after another; a POST takes one and shows an empty form."""
    lines: list[str] = []
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        asked = _asked(campaign)
        form = KeyingForm()
        ready = all(asked.values()) and campaign.state == "open"
        questions = []
        if ready:
            _offer(form, session, campaign)
            questions = _questions(session, campaign, asked["unit"])
        n_sheets = len(waiting_sheets(session, campaign=campaign))
    if ready and form.validate_on_submit():
        try:
            return _key(code, asked, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    shown = render_template(
        "office/keying.html",
        campaign=campaign,
        asked=asked,
        form=form if ready else None,
        questions=questions,
        choices=_choices(campaign),
        n_sheets=n_sheets,
        double=scheme_of(campaign).paper.double_entry,
        lines=lines,
    )
    return shown, 422 if request.method == "POST" else 200


@blueprint.route("/campaigns/<code>/keying/sheets", methods=["GET", "POST"])
@requires("answer.collect")
def sheets(code: str) -> Page:
    """Show the sheets that wait and where two persons differ; a POST settles or removes one."""
    form, lines = DifferenceForm(), []
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
    if form.validate_on_submit():
        try:
            return _settle(code)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        shown = render_template(
            "office/keyed_sheets.html",
            campaign=campaign,
            sheets=waiting_sheets(session, campaign=campaign),
            columns=_columns(),
            form=form,
            lines=lines,
        )
    return shown, 422 if form.is_submitted() else 200


def _key(code: str, asked: dict[str, str], form: KeyingForm) -> Response:
    cells = {
        **form.cells(),
        "unit_code": asked["unit"],
        "group_code": asked["group"],
        "channel": asked["channel"],
    }
    done = key_in(
        site(),
        campaign_code=code,
        cells=cells,
        code=form.token.data or "",
        by=current_account().username,
    )
    if done.receipt:
        number = codes.grouped(done.receipt)
        flash(_("编号%(serial)s已计入，回执号 %(receipt)s", serial=done.serial, receipt=number))
    elif done.differs:
        flash(_("编号%(serial)s两遍不一致，没有计入，请核对", serial=done.serial))
    else:
        flash(_("编号%(serial)s已录第一遍，等另一人再录一遍", serial=done.serial))
    kept: dict[str, Any] = {**asked, "filled_on": cells["filled_on"]}
    return redirect(url_for("keying.page", code=code, **kept))


def _settle(code: str) -> Response:
    number, by = request.form.get("number", 0, type=int), current_account().username
    if request.form.get("do") == "drop":
        drop(site(), campaign_code=code, number=number, by=by)
        flash(_("已删去，没有计入。"))
    else:
        chosen = {
            name.removeprefix("right-"): value
            for name, value in request.form.items()
            if name.startswith("right-")
        }
        done = resolve(
            site(),
            campaign_code=code,
            number=number,
            chosen=chosen,
            code=request.form.get("token", ""),
            by=by,
        )
        receipt = codes.grouped(done.receipt)
        flash(_("编号%(serial)s已计入，回执号 %(receipt)s", serial=done.serial, receipt=receipt))
    return redirect(url_for("keying.sheets", code=code))


def _asked(campaign: Campaign) -> dict[str, str]:
    known = _choices(campaign)
    asked = {name: request.args.get(name, "") for name in known}
    return {name: value if value in dict(known[name]) else "" for name, value in asked.items()}


def _choices(campaign: Campaign) -> dict[str, list[tuple[str, str]]]:
    plan = Plan.from_dict(campaign.plan) if campaign.plan else None
    channels = scheme_of(campaign).channels
    known = collected_channels(plan.channels) if plan else {}
    return {
        "unit": [(each.unit.code, each.unit.name(language())) for each in campaign.units],
        "group": [(group.code, group.name(language())) for group in campaign.groups],
        "channel": [(each, channels[each].name(language())) for each in known],
    }


def _offer(form: KeyingForm, session: Session, campaign: Campaign) -> None:
    content = campaign.questionnaire.content
    form.offer(
        areas=[(area.code, area.name(language())) for area in areas_of(session, campaign)],
        profile=[item for item in content["profile"] if item["id"] != "P3"],
        n_items=len(item_columns(content, Plan.from_dict(campaign.plan or {}).lists.items)),
    )
    if not form.is_submitted():
        today = local_day(site().clock(), campaign.timezone)
        form.filled_on.process_formdata([request.args.get("filled_on", today)[:10]])


def _questions(session: Session, campaign: Campaign, unit_code: str) -> list[str]:
    """Return the items of a unit as its sheet asks them, in the order of the digits."""
    unit = require_unit(session, campaign=campaign, unit_code=unit_code)
    asked = read_questionnaire(session, campaign_id=campaign.id, unit_ids=[unit.unit_id])
    return list(asked.form_class(language()).texts.values())


def _columns() -> dict[str, str]:
    """Return what the columns of a sheet are called."""
    keyed = {field.name: str(field.label.text) for field in KeyingForm(formdata=None)}
    return keyed | {"group_code": str(_("评议对象")), "channel": str(_("渠道"))}
