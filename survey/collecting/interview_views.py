"""The interviewer's page: a code or serial in; an answer, or how the call ended, out."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey import codes
from survey.access.sign_in import current_account, requires
from survey.collecting.interviewing import Call, find_call, note_attempt, take_answer
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.forms.interview import COMPLETE, OUTCOMES, InterviewForm
from survey.forms.questionnaire import QuestionnaireForm
from survey.forms.sheet import Source
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.web.request import language, site

blueprint = Blueprint("interview", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/interview", methods=["GET", "POST"])
@requires("answer.collect")
def page(code: str) -> Page:
    """Ask for a code; a POST shows what is asked, then takes the answer or the outcome.

    The code is carried in the form and never in an address, which logs would keep.
    """
    form, lines, call, asked = InterviewForm(), [], None, None
    typed, deed = request.form.get("typed", ""), request.form.get("do", "find")
    if deed not in {"find", "answer", *OUTCOMES}:
        abort(400)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        groups = {group.code: group.name(language()) for group in campaign.groups}
        if form.validate_on_submit():
            try:
                call = find_call(session, site=site(), campaign=campaign, typed=typed)
            except Refused as refused:
                lines = refused.text(language()).splitlines()
    if call:
        answered = request.form if deed == "answer" else None
        asked = call.questionnaire.form_class(language())(answered)
        try:
            if done := _taken(code, typed, deed, asked):
                return done
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    shown = render_template(
        "office/interview.html",
        campaign=campaign,
        form=form,
        call=call,
        asked=asked,
        greeting=_greeting(call) if call else "",
        outcomes=OUTCOMES,
        complete=COMPLETE,
        channels={key: each.name(language()) for key, each in scheme_of(campaign).channels.items()},
        groups=groups,
        lines=lines,
    )
    wrong = request.method == "POST" and (not call or deed != "find")
    return shown, 422 if wrong else 200


def _taken(code: str, typed: str, deed: str, asked: QuestionnaireForm) -> Response | None:
    """Do what was asked for; None where there is still something to fill in."""
    by, here = current_account().username, url_for("interview.page", code=code)
    if deed in OUTCOMES:
        n = note_attempt(site(), campaign_code=code, typed=typed, disposition=deed, by=by)
        flash(_("已记录第%(n)d次联系：%(outcome)s", n=n, outcome=OUTCOMES[deed]))
        return redirect(here)
    if deed != "answer":
        return None
    if asked.who_may_not():
        note_attempt(site(), campaign_code=code, typed=typed, disposition="not_eligible", by=by)
        flash(_("不在参评对象之内，已记为不符合条件。"))
        return redirect(here)
    if not asked.validate():
        return None
    receipt = secrets.token_bytes(codes.RECEIPT_BYTES)
    sheet = asked.read(
        Source(
            receipt=receipt,
            ticket=secrets.token_bytes(codes.TICKET_BYTES),
            at=site().clock(),
            taken_ms=None,
            lang=language(),
        )
    )
    take_answer(site(), campaign_code=code, typed=typed, sheet=sheet, by=by)
    number = codes.grouped(codes.from_bytes(receipt))
    flash(_("访问完成，答卷已计入，回执号 %(receipt)s，请告诉受访者。", receipt=number))
    return redirect(here)


def _greeting(call: Call) -> str:
    """Return what the interviewer reads out first: the county's words, or ours."""
    campaign, unit = call.questionnaire.campaign, call.questionnaire.units[0].unit
    own = (campaign.notices.get("interview") or {}).get(language())
    if own:
        return str(own).replace("{unit}", unit.name(language()))
    return str(
        _(
            "您好！我是%(organiser)s的访问员，想请您对“%(unit)s”评一评，几分钟就好。"
            "不记录您的姓名和电话，怎么评都可以，也可以随时停下。您愿意吗？",
            organiser=campaign.organiser_zh,
            unit=unit.name(language()),
        )
    )
