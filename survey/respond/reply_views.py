"""The resident's pages beside the questionnaire: a report of coaching, privacy."""

from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey import codes
from survey.feedback import coaching
from survey.fieldwork import campaigns
from survey.forms.fields import clean_text
from survey.problems import Refused
from survey.respond import page
from survey.respond.door import admission, form_token, opening
from survey.respond.door.admission import Visitor
from survey.respond.door.guessing import network_of
from survey.respond.door.opening import EntranceClosed
from survey.respond.door.source_marks import network_mark
from survey.respond.presentation import presentation, show
from survey.respond.privacy import privacy_lines
from survey.respond.questionnaire import AskedUnit, Questionnaire
from survey.web.request import site

blueprint = Blueprint("reply", __name__)


@blueprint.route("/q/<code>/told", methods=["GET", "POST"])
def coaching_report(code: str) -> AnyResponse:
    """Take a report that somebody told the resident what to answer."""
    look, code, at = presentation(), codes.normalise(code), site().clock()
    mark = _mark(code, at) if request.method == "POST" else None
    asked, poster_id = _entrance(code, at, has_page=mark is not None)
    said = clean_text(request.form.get("text"))
    about = _about(asked)
    if mark is not None and about is not None:
        source = _source(asked)
        with site().database.writing() as session:
            coaching.report_coaching(
                session,
                campaign=asked.campaign,
                unit_id=about.unit.id,
                poster_id=poster_id,
                text=said,
                at=at,
                mark=mark,
                source=source,
            )
    fault = ""
    if request.method == "POST" and mark is None:
        fault = _("页面打开的时间太久，已为您更新，请再次提交。")
    elif mark is not None and about is None:
        fault = _("请选择单位")
    shown = render_template(
        "respond/coaching_report.html",
        **page.frame(asked, look),
        done=mark is not None and not fault,
        fault=fault,
        said=said,
        units=[(each.unit.code, each.unit.name(look.lang)) for each in asked.units],
        about=request.form.get("unit", ""),
        token=form_token.issue(key=site().keys.intake(), page=f"told|{code}", at=at),
        most=coaching.LONGEST_REPORT,
        code=code,
    )
    return show(shown, 422 if fault else 200)


@blueprint.get("/privacy")
def privacy() -> Response:
    """Say what is stored and why, in the words of the latest campaign's notice."""
    look = presentation()
    with site().database.reading() as session:
        kept = [entry for entry in campaigns.all_campaigns(session) if entry.state != "draft"]
    newest = max(kept, key=lambda entry: entry.starts_at, default=None)
    frame = page.frame(None, look)
    if newest is not None:
        frame |= {"title": newest.title(look.lang), "simulated": newest.simulated}
    shown = render_template(
        "respond/privacy.html",
        **frame,
        label=newest.questionnaire.content.get("survey_label", {}) if newest else {},
        lines=privacy_lines(newest, look.lang) if newest else [],
    )
    return show(shown)


def _mark(code: str, at: datetime) -> bytes | None:
    """Return what tells one form from another, None if it is forged or too old."""
    try:
        token = form_token.check(
            request.form.get("token", ""), key=site().keys.intake(), page=f"told|{code}", at=at
        )
    except form_token.TokenInvalid:
        return None
    return token.receipt


def _source(asked: Questionnaire) -> bytes | None:
    """Return the keyed mark of the network; None where the campaign's key is gone.

    A report is worth more than its mark: it is taken without one.
    """
    try:
        key = site().campaign_key(asked.campaign.code)
    except Refused:  # or Unfit: lost instead of destroyed
        return None
    return network_mark(key, request.remote_addr)


def _about(asked: Questionnaire) -> AskedUnit | None:
    """Return the unit a report is about; of several the one chosen, None if none was."""
    return asked.unit(request.form.get("unit", "")) if asked.is_several else asked.units[0]


def _entrance(code: str, at: datetime, *, has_page: bool) -> tuple[Questionnaire, int | None]:
    """Return what a code asks about, open or not, and the poster; an invitation stays unnamed.

    Without the page in hand it is a look-up like any other, so guessers have to work for it.
    """
    key, kept = site().keys.intake(), current_app.extensions["respond"]
    visitor = Visitor(
        network=network_of(request.remote_addr), work=request.args.get("work", ""), token=""
    )
    try:
        with site().database.reading() as session:
            words = {"code": code, "at": at, "key": key, "memory": kept.memory}
            if has_page:
                found = opening.open_entrance(session, **words)
            else:
                found = admission.admit(session, visitor=visitor, guesses=kept.guesses, **words)
    except EntranceClosed as closed:
        if closed.questionnaire is None:
            raise
        return closed.questionnaire, None
    return found.questionnaire, None if found.invited else found.entrance_id


@blueprint.errorhandler(EntranceClosed)
def closed(error: EntranceClosed) -> Response:
    """Say that a code opens nothing."""
    text = render_template(
        "respond/shut.html",
        **page.frame(None, presentation()),
        reason=error.reason.value,
        closed="",
        starts="",
        form=None,
        typed=None,
    )
    return show(text, 404)
