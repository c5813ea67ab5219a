"""The office's page of systems that take scores: tokens made, approved, shut."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.forms.office import ConfirmForm
from survey.forms.receiver import ReceiverForm
from survey.model import Campaign, ReceiverToken
from survey.problems import Refused
from survey.receivers import tokens
from survey.receivers.words import OUTCOME_WORDS, RIGHT_WORDS
from survey.web.request import language, site

blueprint = Blueprint("receivers", __name__, url_prefix="/office/receivers")

Page = str | Response | tuple[str, int]


@blueprint.app_context_processor
def words() -> dict[str, object]:
    return {"right_words": RIGHT_WORDS, "outcome_words": OUTCOME_WORDS}


@blueprint.app_template_global("n_tokens_waiting")
def n_tokens_waiting() -> int:
    with site().database.reading() as session:
        return tokens.n_waiting(session, at=site().clock())


@blueprint.get("/")
@requires("receiver.read")
def listed() -> Page:
    return _page()


@blueprint.post("/")
@requires("receiver.run")
def make() -> Page:
    form = ReceiverForm()
    with site().database.reading() as reading:
        _offer(reading, form)
    if not form.validate():
        return _page(form), 422
    asked = tokens.Asked(
        name=form.name.data or "",
        rights=form.rights.data or [],
        campaigns=form.chosen,
        until=form.last_day,
    )
    try:
        with site().database.writing() as writing:
            number, secret = tokens.make_token(
                writing, asked=asked, by=current_account().username, clock=site().clock
            )
    except Refused as refused:
        return _page(form, refused), 422
    with site().database.reading() as reading:
        token = reading.get_one(ReceiverToken, number)
        waits = token.approved_at is None
        able = tokens.may_approve(reading, token) if waits else []
        return render_template(
            "office/receiver_token.html", token=token, secret=secret, waits=waits, able=able
        )


@blueprint.post("/<int:number>/approve")
@requires("receiver.approve")
def approve(number: int) -> Page:
    return _do(number, tokens.approve_token, _("已确认，该令牌可以使用。"))


@blueprint.post("/<int:number>/revoke")
@requires("receiver.approve")
def revoke(number: int) -> Page:
    return _do(number, tokens.revoke_token, _("令牌已停用，不能再用。"))


def _do(number: int, deed: Callable[..., object], said: str) -> Page:
    if not ConfirmForm().validate():
        return _page(), 422
    try:
        with site().database.writing() as session:
            deed(session, number=number, by=current_account().username, clock=site().clock)
    except Refused as refused:
        return _page(refused=refused), 422
    flash(said)
    return redirect(url_for("receivers.listed"))


def _page(form: ReceiverForm | None = None, refused: Refused | None = None) -> str:
    at = site().clock()
    with site().database.reading() as session:
        if form is None:
            usual = (at + timedelta(days=tokens.USUAL_DAYS)).date()
            form = ReceiverForm(formdata=None, until=usual)
            _offer(session, form)
        found = tokens.list_tokens(session, at=at)
        return render_template(
            "office/receivers.html",
            tokens=found,
            able={
                entry.token.id: [one.username for one in tokens.may_approve(session, entry.token)]
                for entry in found
                if entry.standing == "waiting"
            },
            people=people.names(session),
            form=form,
            lines=refused.text(language()).splitlines() if refused else [],
        )


def _offer(session: Session, form: ReceiverForm) -> None:
    campaigns = session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())).all()
    form.offer(
        campaigns=[(each.code, f"{each.code} {each.title(language())}") for each in campaigns]
    )
