from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.clock import local_day
from survey.feedback import caseload, cases, coaching, listing, register, together
from survey.feedback.counted_ahead import CountedAhead
from survey.feedback.matters import Matters
from survey.fieldwork.campaign_pages import reading_campaign, visible_campaign
from survey.fieldwork.once import Once
from survey.forms.case import TOGETHER, TogetherForm, VerifyForm, words_form
from survey.forms.office import ConfirmForm
from survey.model import CASE_STATES, COMMENT_KINDS, Campaign, Case
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.key_pages import Place
from survey.web.request import language, site

blueprint = Blueprint("feedback", __name__, url_prefix="/office/campaigns/<code>")

Page = str | Response | tuple[str, int]


@blueprint.record
def prepare(state: BlueprintSetupState) -> None:
    home, once = state.app.extensions["survey"], Once()
    matters = Matters(home.database)
    state.app.extensions["matters"] = matters
    state.app.extensions["caseload"] = once
    beside = state.app.extensions.setdefault("waiting_counts", [])
    beside.extend((matters, CountedAhead(home, once)))


_CONFIRMED: dict[str, Callable[..., None]] = {
    "assign": cases.assign,
    "publish": cases.publish,
    "close": cases.close,
}
# What a case waited for before a step of the office, and the next one waits for too.
_WAITED_FOR = {
    "verify": "opened",
    "assign": "verified",
    "answer": "verified",
    "dismiss": "opened",
    "publish": "replied",
    "return": "replied",
    "close": "published",
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
    _read_words(code)
    with reading_campaign(code, "case.read") as (session, campaign):
        office = roles.may(account, "case.run")
        asked = _asked(campaign)
        if office:
            found: Any = caseload.office_list(
                session,
                campaign=campaign,
                today=_today(campaign),
                asked=caseload.Asked(
                    state=asked["state"],
                    unit_code=asked["unit"],
                    topic=asked["topic"],
                    kind=asked["kind"] or "case",  # type: ignore[arg-type]  # one of COMMENT_KINDS
                    late=bool(asked["late"]),
                ),
                once=current_app.extensions["caseload"],
                place=Place.asked(request.args, caseload.is_key),
            )
        else:
            found = listing.unit_list(
                session,
                campaign=campaign,
                unit_id=account.unit_id or 0,
                today=_today(campaign),
                place=Place.asked(request.args, listing.is_code),
            )
        coached = coaching.count_by_unit(session, campaign=campaign) if office else {}
        return render_template(
            "office/cases.html",
            campaign=campaign,
            found=found,
            office=office,
            asked=asked,
            states=CASE_STATES,
            topics=listing.reason_options(campaign, language()),
            n_coached=sum(forms for forms, _sources in coached.values()),
        )


@blueprint.get("/cases.xlsx")
@requires("case.run")
def case_register(code: str) -> Response:
    with site().database.writing() as session:
        campaign = visible_campaign(session, code, "case.read")
        by = current_account().username
        register.note_export(session, campaign=campaign, by=by, clock=site().clock)
    with reading_campaign(code, "case.read") as (session, campaign):
        today, name = _today(campaign), _("意见办理台账")
        content = register.register(session, campaign=campaign, today=today, lang=language())
    return Response(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={
            "Content-Disposition": attachment(f"{code}-{name}-{today}.xlsx"),
            "Cache-Control": "private, no-store",
        },
    )


@blueprint.route("/cases/together", methods=["GET", "POST"])
@requires("case.run")
def together_page(code: str) -> Page:
    form = TogetherForm()
    like, lines = request.values.get("like", ""), list[str]()
    if form.validate_on_submit():
        try:
            n = _take_together(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            flash(_("已办理%(n)d件。", n=n))
            return redirect(_next(code, like, request.form.get("state", "")))
    _read_words(code)
    with reading_campaign(code, "case.read") as (session, campaign):
        found = caseload.alike(session, campaign=campaign, code=like)
        if found is None:
            abort(404)
        shown = _cases(session, campaign, found.codes[: together.MOST])
        page = render_template(
            "office/together.html",
            campaign=campaign,
            like=like,
            state=found.state,
            shown=shown,
            words=together.redacted_words(session, found=shown),
            n_all=len(found.codes),
            ticked=form.case.data or [case.code for case in shown],
            steps=together.BY_STATE.get(found.state, ()),
            names=TOGETHER,
            form=form,
            lines=lines,
        )
    return page, 422 if lines or form.errors else 200


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
            if step == "reply":  # a unit stays with its own case
                flash(_("已办理。"))
                return redirect(url_for("feedback.case_page", code=code, case_code=case_code))
            flash(_("已办理%(code)s，这是下一件。", code=case_code))
            return redirect(_next(code, case_code, _WAITED_FOR[step]))
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


def _next(code: str, case_code: str, state: str) -> str:
    """Return where to go on: the next case that waits for the same step, or the list."""
    _read_words(code)
    with reading_campaign(code, "case.read") as (session, campaign):
        found = caseload.next_after(session, campaign=campaign, code=case_code, state=state)
    if found is None:
        return url_for("feedback.case_list", code=code)
    return url_for("feedback.case_page", code=code, case_code=found)


def _read_words(code: str) -> None:
    """Read what has just come, so that it is listed; a database nobody may write to lists on."""
    with suppress(Refused, SQLAlchemyError):
        current_app.extensions["matters"].catch_up(code)


def _take_together(code: str, form: TogetherForm) -> int:
    with reading_campaign(code, "case.read") as (session, campaign):
        chosen = _cases(session, campaign, form.case.data or [])
        words = together.redacted_words(session, found=chosen)
    with site().database.writing() as session:
        return together.take_together(
            session,
            campaign=visible_campaign(session, code, "case.read"),
            words=words,
            step=form.step.data,
            level=form.level.data or "",
            text=form.text.data or "",
            by=current_account().username,
            clock=site().clock,
        )


def _cases(session: Session, campaign: Campaign, wanted: list[str]) -> list[Case]:
    found = (cases.find_case(session, campaign=campaign, code=code) for code in wanted)
    return [case for case in found if case is not None]


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
    known: dict[str, set[str]] = {
        "state": set(CASE_STATES),
        "unit": {unit.unit.code for unit in campaign.units},
        "late": {"1"},
        "topic": set(listing.reason_options(campaign, "zh")),
        "kind": set(COMMENT_KINDS),
    }
    asked = {name: request.args.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in asked.items()}
