"""The resident's pages: the questionnaire, and a code typed by hand."""

import secrets
from functools import partial
from time import monotonic
from typing import cast

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from flask import url_for as address_of
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey import codes
from survey.forms.questionnaire import REASONS_SHOWN, QuestionnaireForm
from survey.respond import page, receipt_page
from survey.respond.dates import day_of
from survey.respond.door import admission, form_token, opening, proof_of_work
from survey.respond.door.admission import Visitor, WorkNeeded
from survey.respond.door.guessing import Guesses, network_of
from survey.respond.door.opening import Closed, EntranceClosed, OpenEntrance
from survey.respond.door.refusals import Refusals
from survey.respond.door.typed_code import TypedCode, typed_code
from survey.respond.inline import inline
from survey.respond.intake import Outcome
from survey.respond.page_counts import PageCounts
from survey.respond.presentation import Presentation, presentation, show
from survey.respond.quick.batches import Batches, Crowded
from survey.respond.quick.handing import kept_by_browser, numbers_of, source_of
from survey.respond.quick.state import ProcessState
from survey.stats.campaign.ages import TOO_YOUNG
from survey.tallies.keeping import Tallies
from survey.web import heads_watch
from survey.web.request import site

blueprint = Blueprint("respond", __name__)

_CLOSED_STATUS = {Closed.UNKNOWN: 404, Closed.MISTYPED: 404, Closed.NOT_YET: 403}
_GONE, _TOO_MANY = 410, 429
_KEPT = (Closed.UNKNOWN, Closed.MISTYPED)  # what was typed can be put right
_COUNTED = {Closed.UNKNOWN: "wrong_code", Closed.USED: "used_code"}


@blueprint.record
def prepare(state: BlueprintSetupState) -> None:
    here = state.app.extensions["survey"]
    refusals, counts = Refusals(here.database), PageCounts(here.database)
    state.app.extensions.setdefault("waiting_counts", []).extend(
        (refusals.waiting, counts.waiting, Tallies(here.database))
    )
    state.app.extensions["respond"] = ProcessState(
        key=here.keys.intake(),
        memory=opening.Memory(monotonic),
        pages=page.Pages(),
        guesses=Guesses(),
        refusals=refusals,
        counts=counts,
        batches=Batches(
            here.database, partial(heads_watch.require, state.app.extensions["heads_watch"])
        ),
    )


@blueprint.get("/q/<code>")
def questionnaire(code: str) -> AnyResponse:
    look = presentation()
    if request.args.get("told"):
        return redirect(
            address_of("reply.coaching_report", code=code, lang=look.lang, mode=look.mode)
        )
    entrance = _enter(code)
    if request.args.get("take") == "no":
        return show(
            render_template("respond/declined.html", **page.frame(entrance.questionnaire, look))
        )
    with site().database.reading() as session:
        if opening.is_used(session, entrance):
            raise EntranceClosed(Closed.USED, entrance.questionnaire)
    arranged = entrance.questionnaire.arrangement(secrets.randbelow(256))
    packed = _state().pages.fresh(entrance, look, arranged)
    token = _new_token(code, entrance, arranged).encode()
    if not _is_copy():
        _state().counts.served(
            entrance, look, user_agent=request.headers.get("User-Agent", ""), at=site().clock()
        )
    if not request.accept_encodings["gzip"]:
        return _show_form(entrance, packed.plain(token))
    response = _show_form(entrance, packed.gzipped(token))
    response.headers["Content-Encoding"] = "gzip"
    return response


@blueprint.post("/q/<code>")
def answer(code: str) -> AnyResponse:
    look = presentation()
    entrance = _enter(code)
    form = _state().pages.form_class(entrance.questionnaire, look.lang)(request.form)
    if request.form.get("do"):  # the language or the size of the text was switched
        step, arranged = request.form.get("step", "")[:10], _arrangement(code, entrance, form)
        shown = page.render(entrance, look, form, step=step, arrangement=arranged)
        if any(name.startswith("q_") and value for name, value in request.form.items()):
            _state().counts.returned(entrance, at=site().clock())
        return _show_form(entrance, shown)
    try:
        token = form_token.check(
            form.response_id.data or "",
            key=_state().key,
            page=_page_name(code, entrance),
            at=site().clock(),
        )
    except form_token.TokenInvalid:
        _state().refusals.count("wrong_token", site().clock())
        note = _("页面打开的时间太久，已为您更新。您的选择都还在，请再次提交。")
        return _again(code, entrance, look, form, note)
    if form.who_may_not():
        return _not_eligible(entrance, look, form)
    unknown = form.unknown_names(request.form)
    if unknown:
        note = _("问卷中没有“%(name)s”这一题，请核对后再次提交。", name=unknown[0][:20])
        return _again(code, entrance, look, form, note, status=422)
    if not form.validate() or _reasons_unseen(form):
        return _again(code, entrance, look, form, "", token=form.response_id.data)
    return _store(code, entrance, look, form, token)


def _reasons_unseen(form: QuestionnaireForm) -> bool:
    """Tell whether a page without script gave low answers before reasons could be seen on it."""
    shown = _by_script() or REASONS_SHOWN in request.form
    return bool(not shown and form.low_items() and not form.reasons.data)


def _store(
    code: str,
    entrance: OpenEntrance,
    look: Presentation,
    form: QuestionnaireForm,
    token: form_token.FormToken,
) -> AnyResponse:
    asked, at = entrance.questionnaire, site().clock()
    source = source_of(
        asked,
        look,
        form.device.data or "",
        token=token,
        key=site().campaign_key(asked.campaign.code),
        at=at,
        user_agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr,
    )
    sheet = form.read(source)
    try:
        outcome = _state().batches.store(entrance, sheet)
    except Crowded:
        note = _("现在提交的人太多。您的选择都还在，请过一会儿再点“提交”。")
        token_again = form.response_id.data
        response = _again(code, entrance, look, form, note, token=token_again, status=503)
        response.headers["Retry-After"] = "5"
        return response
    if outcome is Outcome.USED:
        raise EntranceClosed(Closed.USED, entrance.questionnaire)
    if outcome is Outcome.CLOSED:
        raise EntranceClosed(Closed.OVER, entrance.questionnaire)
    if outcome is Outcome.WITHDRAWN:
        closed = Closed.CODE_WITHDRAWN if entrance.invited else Closed.WITHDRAWN
        raise EntranceClosed(closed, entrance.questionnaire)
    if outcome is Outcome.CONFLICTING:
        note = _("这一页已经交过一份答卷。您若是另一位居民，请检查后再点“提交”。")
        return _again(code, entrance, look, form, note, status=409)
    if outcome is Outcome.STORED:
        _state().counts.finished(entrance, at=site().clock())
    commented = any(rated.comment for rated in sheet.rated)
    receipt, ticket = numbers_of(token, commented=commented)
    if _by_script():
        desk = address_of("receipt.type_receipt", lang=look.lang, mode=look.mode)
        return jsonify(next=f"{desk}#{kept_by_browser(receipt, ticket)}")
    numbers = receipt_page.Numbers(receipt=receipt, ticket=ticket)
    n_rated = len(sheet.rated) if asked.is_several else 0
    return show(receipt_page.thanks(asked.campaign, look, numbers=numbers, sitting=n_rated))


@blueprint.get("/")
def home() -> Response:
    """Lead whoever typed the bare address to where he wants to go."""
    return show(render_template("respond/home.html", **page.frame(None, presentation())))


@blueprint.get("/q")
def type_code() -> AnyResponse:
    typed = codes.normalise(request.args.get("code", ""))
    if typed:
        look = presentation()
        return redirect(address_of(".questionnaire", code=typed, lang=look.lang, mode=look.mode))
    return show(render_template("respond/type_code.html", **page.frame(None, presentation())))


@blueprint.errorhandler(EntranceClosed)
def closed(error: EntranceClosed) -> Response:
    look = presentation()
    # A browser that keeps a copy may ask for it when its own resident has just handed the page in.
    is_own = error.reason is Closed.USED and request.method == "GET" and _is_copy()
    if error.reason in _COUNTED and not is_own:
        _state().refusals.count(_COUNTED[error.reason], site().clock())
    asked = error.questionnaire
    form = None
    if asked and request.method == "POST":  # what was answered stays in sight
        form = _state().pages.form_class(asked, look.lang)(request.form)
    text = render_template(
        "respond/shut.html",
        **page.frame(asked, look),
        reason=error.reason.value,
        closed=page.notice(asked, "closed", look.lang) if asked else "",
        starts=day_of(asked.campaign.starts_at, asked.campaign, look.lang) if asked else "",
        form=form,
        typed=_typed() if error.reason in _KEPT else None,
    )
    return show(text, _CLOSED_STATUS.get(error.reason, _GONE))


def _typed() -> TypedCode:
    return typed_code(codes.normalise((request.view_args or {}).get("code", "")))


@blueprint.app_errorhandler(WorkNeeded)  # the page of reports looks codes up, too
def work_needed(_error: WorkNeeded) -> Response:
    look, at = presentation(), site().clock()
    code = codes.normalise((request.view_args or {})["code"])
    _state().refusals.count("work_asked", at)
    if _by_script():
        return _refusal(_TOO_MANY, forget=False)
    network = network_of(request.remote_addr)
    text = render_template(
        "respond/work.html",
        **page.frame(None, look),
        challenge=proof_of_work.challenge(key=_state().key, code=code, network=network, at=at),
        bits=proof_of_work.BITS,
        wait=int(proof_of_work.WAIT.total_seconds()),
    )
    return show(text, _TOO_MANY, policy=inline().policy_with_files)


def _not_eligible(entrance: OpenEntrance, look: Presentation, form: QuestionnaireForm) -> Response:
    if _by_script():
        return _refusal(403, forget=True)
    asked = entrance.questionnaire
    words = page.not_eligible(asked, look.lang, young=form.age.data == TOO_YOUNG)
    frame = page.frame(asked, look)
    return show(render_template("respond/not_eligible.html", **frame, words=words))


def _again(
    code: str,
    entrance: OpenEntrance,
    look: Presentation,
    form: QuestionnaireForm,
    note: str,
    *,
    token: str | None = None,
    status: int = 422,
) -> Response:
    """Show the page again with the answers kept, by default with a fresh token."""
    if _by_script():
        return _refusal(status, forget=False)
    _state().counts.returned(entrance, at=site().clock())
    arranged = _arrangement(code, entrance, form)
    form.response_id.data = token or _new_token(code, entrance, arranged)
    shown = page.render(entrance, look, form, note=note, arrangement=arranged)
    return _show_form(entrance, shown, status)


def _refusal(status: int, *, forget: bool) -> Response:
    """Tell the page's script to submit without it, so that the resident sees why."""
    response = jsonify(forget=forget)
    response.status_code = status
    return response


def _show_form(entrance: OpenEntrance, content: str | bytes, status: int = 200) -> Response:
    return show(content, status, policy=page.policy(entrance.questionnaire))


def _enter(code: str) -> OpenEntrance:
    visitor = Visitor(
        network=network_of(request.remote_addr),
        work=request.args.get("work", ""),
        token=request.form.get("response_id", ""),
    )
    with site().database.reading() as session:
        return admission.admit(
            session,
            code=codes.normalise(code),
            visitor=visitor,
            at=site().clock(),
            key=_state().key,
            memory=_state().memory,
            guesses=_state().guesses,
        )


def _new_token(code: str, entrance: OpenEntrance, arranged: int) -> str:
    name = _page_name(code, entrance)
    return form_token.issue(key=_state().key, page=name, at=site().clock(), draw=arranged)


def _arrangement(code: str, entrance: OpenEntrance, form: QuestionnaireForm) -> int:
    """Return how the page sent back was arranged; the plain way if it was not ours."""
    name, token = _page_name(code, entrance), form.response_id.data or ""
    try:
        draw = form_token.read(token, key=_state().key, page=name).draw
    except form_token.TokenInvalid:
        return 0
    return entrance.questionnaire.arrangement(draw)


def _page_name(code: str, entrance: OpenEntrance) -> str:
    return admission.page_name(codes.normalise(code), entrance)


def _is_copy() -> bool:
    """Tell whether a browser takes a page to keep for a visit without network: nobody looks at it.

    Whoever opens a page asks for text/html; a service worker fetches whatever there is.
    """
    return request.headers.get("Accept") == "*/*"


def _by_script() -> bool:
    return request.headers.get("Accept") == "application/json"


def _state() -> ProcessState:
    return cast(ProcessState, current_app.extensions["respond"])
