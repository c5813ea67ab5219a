from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.clock import local_day
from survey.feedback import cases, coaching, listing
from survey.fieldwork.campaign_pages import reading_campaign, visible_campaign
from survey.forms.case import VerifyForm, words_form
from survey.forms.office import ConfirmForm
from survey.model import CASE_STATES, Campaign
from survey.problems import Refused
from survey.web.request import language, site

blueprint = Blueprint("feedback", __name__, url_prefix="/office/campaigns/<code>")

Page = str | Response | tuple[str, int]

_CONFIRMED: dict[str, Callable[..., None]] = {
    "assign": cases.assign,
    "publish": cases.publish,
    "close": cases.close,
}
_WRITTEN: dict[str, tuple[Callable[..., None], str]] = {
    "dismiss": (cases.dismiss, "reason"),
    "answer": (cases.answer_directly, "text"),
    "return": (cases.give_back, "note"),
    "reply": (cases.reply, "text"),
}


@blueprint.get("/cases")
@requires("case.read")
def case_list(code: str) -> Page:
    account = current_account()
    with reading_campaign(code, "case.read") as (session, campaign):
        page = max(1, request.args.get("p", 1, type=int))
        office = roles.may(account, "case.run")
        asked = _asked(campaign)
        if office:
            found = listing.office_list(
                session,
                campaign=campaign,
                today=_today(campaign),
                state=asked["state"],
                unit_code=asked["unit"],
                late=bool(asked["late"]),
                page=page,
            )
        else:
            found = listing.unit_list(
                session,
                campaign=campaign,
                unit_id=account.unit_id or 0,
                today=_today(campaign),
                page=page,
            )
        coached = coaching.count_by_unit(session, campaign=campaign) if office else {}
        return render_template(
            "office/cases.html",
            campaign=campaign,
            found=found,
            office=office,
            asked=asked,
            page=page,
            n_pages=-(-found.total // listing.PAGE) or 1,
            states=CASE_STATES,
            n_coached=sum(forms for forms, _sources in coached.values()),
        )


@blueprint.get("/cases/<case_code>")
@requires("case.read")
def case_page(code: str, case_code: str) -> Page:
    with reading_campaign(code, "case.read") as (session, campaign):
        return _show(session, campaign, case_code)


@blueprint.post("/cases/<case_code>/<step>")
@requires("case.read")
def take_step(code: str, case_code: str, step: str) -> Page:
    if step not in {"verify", *_CONFIRMED, *_WRITTEN}:
        abort(404)
    if not roles.may(current_account(), "case.reply" if step == "reply" else "case.run"):
        abort(403)
    form = _form(step)
    lines: list[str] = []
    if form.validate_on_submit():
        try:
            with site().database.writing() as session:
                _take(session, code, case_code, step, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            flash(_("已办理。"))
            return redirect(url_for("feedback.case_page", code=code, case_code=case_code))
    with reading_campaign(code, "case.read") as (session, campaign):
        return _show(session, campaign, case_code, step=step, form=form, lines=lines), 422


@blueprint.get("/coaching")
@requires("case.run")
def coaching_page(code: str) -> Page:
    with reading_campaign(code, "case.read") as (session, campaign):
        return render_template(
            "office/coaching.html",
            campaign=campaign,
            groups=coaching.report_groups(session, campaign=campaign),
            by_unit=coaching.count_by_unit(session, campaign=campaign),
        )


def _show(
    session: Session,
    campaign: Campaign,
    case_code: str,
    *,
    step: str = "",
    form: FlaskForm | None = None,
    lines: list[str] | None = None,
) -> str:
    account, today = current_account(), _today(campaign)
    forms: dict[str, Any] = {name: words_form(name, formdata=None) for name in _WRITTEN}
    if form is not None and step:
        forms[step] = form
    if not roles.may(account, "case.run"):
        shown = listing.unit_case(
            session,
            campaign=campaign,
            unit_id=account.unit_id or 0,
            code=case_code,
            today=today,
            lang=language(),
        )
        if shown is None:
            _foreign(case_code)
        return render_template(
            "office/unit_case.html", campaign=campaign, shown=shown, forms=forms, lines=lines or []
        )
    case = cases.find_case(session, campaign=campaign, code=case_code)
    if case is None:
        abort(404)
    whole = listing.office_case(session, campaign=campaign, case=case, today=today, lang=language())
    with site().database.writing() as noting:
        cases.note_reading(
            noting, campaign=campaign, case=case, by=account.username, clock=site().clock
        )
    suggested = {"text": whole.suggested, "level": "simple"}
    forms.setdefault("verify", VerifyForm(prefix="verify", formdata=None, data=suggested))
    return render_template(
        "office/case.html", campaign=campaign, whole=whole, forms=forms, lines=lines or []
    )


def _take(session: Session, code: str, case_code: str, step: str, form: FlaskForm) -> None:
    campaign = visible_campaign(session, code, "case.read")
    case = cases.find_case(session, campaign=campaign, code=case_code, lock=True)
    if case is None:
        abort(404)
    account = current_account()
    if account.unit_id is not None and (
        case.unit_id != account.unit_id or (case.seen_on or "9999") > _today(campaign)
    ):
        _foreign(case_code)
    words: dict[str, Any] = {}
    if step == "verify":
        deed: Callable[..., None] = cases.verify
        words = {"level": form.level.data, "text": form.text.data}
    elif step in _CONFIRMED:
        deed = _CONFIRMED[step]
    else:
        deed, name = _WRITTEN[step]
        words = {name: form.text.data}
    deed(session, campaign=campaign, case=case, by=account.username, clock=site().clock, **words)


def _form(step: str) -> FlaskForm:
    if step == "verify":
        return VerifyForm(prefix="verify")
    return ConfirmForm() if step in _CONFIRMED else words_form(step)


def _foreign(case_code: str) -> None:
    current_app.logger.warning(
        "%s asked for the case %s, not open to them", current_account().username, case_code[:20]
    )
    abort(404)


def _today(campaign: Campaign) -> str:
    return local_day(site().clock(), campaign.timezone)


def _asked(campaign: Campaign) -> dict[str, str]:
    known = {
        "state": set(CASE_STATES),
        "unit": {unit.unit.code for unit in campaign.units},
        "late": {"1"},
    }
    asked = {name: request.args.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in asked.items()}
