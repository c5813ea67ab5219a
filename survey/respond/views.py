"""The resident's pages: the questionnaire, a code typed by hand, a receipt."""

import secrets
from dataclasses import dataclass
from time import monotonic
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from flask import url_for as address_of
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey import codes
from survey.forms import arrangement
from survey.forms.questionnaire import QuestionnaireForm
from survey.forms.sitting import SittingForm
from survey.respond import page, receipts, reply
from survey.respond.answering import read_submission
from survey.respond.door import admission, form_token, opening, proof_of_work
from survey.respond.door.admission import Visitor, WorkNeeded
from survey.respond.door.guessing import Guesses, network_of
from survey.respond.door.opening import EntranceShut, OpenEntrance, Shut
from survey.respond.door.turned_away import Refusals
from survey.respond.inline import inline
from survey.respond.intake import Outcome, accept
from survey.respond.page import Look
from survey.respond.sitting_answering import read_sitting
from survey.respond.sitting_intake import accept_sitting
from survey.respond.sitting_receipts import (
    SittingReceived,
    find_sitting,
    handlings,
    proof_of_sitting,
)
from survey.scheme.stored import scheme_of
from survey.web.request import language, site, use_language

blueprint = Blueprint("respond", __name__)

_SHUT_STATUS = {Shut.UNKNOWN: 404, Shut.MISTYPED: 404, Shut.NOT_YET: 403}
_GONE, _TOO_MANY = 410, 429
_COUNTED = {Shut.UNKNOWN: "wrong_code", Shut.USED: "used_code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a process keeps between requests; `key` is the intake's."""

    key: bytes
    memory: opening.Memory
    pages: page.Pages
    guesses: Guesses
    refusals: Refusals


@blueprint.record
def prepare(state: BlueprintSetupState) -> None:
    here = state.app.extensions["survey"]
    kept = Kept(
        key=here.keys.intake(),
        memory=opening.Memory(monotonic),
        pages=page.Pages(),
        guesses=Guesses(),
        refusals=Refusals(here.database, monotonic),
    )
    state.app.extensions["respond"] = kept


@blueprint.get("/q/<code>")
def questionnaire(code: str) -> AnyResponse:
    look = _look()
    if request.args.get("told"):
        return redirect(address_of("reply.told", code=code, lang=look.lang, mode=look.mode))
    entrance = _enter(code)
    if request.args.get("take") == "no":
        return _show(render_template("respond/declined.html", **page.frame(entrance.subject, look)))
    with site().database.reading() as session:
        if opening.is_used(session, entrance):
            raise EntranceShut(Shut.USED, entrance.subject)
    arranged = arrangement.choose(
        scheme_of(entrance.asked.campaign).questionnaire, secrets.randbelow(256)
    )
    packed = _kept().pages.fresh(entrance, look, arranged)
    token = _new_token(code, entrance, arranged).encode()
    if not request.accept_encodings["gzip"]:
        return _show_form(entrance, packed.plain(token))
    response = _show_form(entrance, packed.gzipped(token))
    response.headers["Content-Encoding"] = "gzip"
    return response


@blueprint.post("/q/<code>")
def answer(code: str) -> AnyResponse:
    look = _look()
    entrance = _enter(code)
    form = _kept().pages.form_class(entrance.subject, look.lang)(request.form)
    if request.form.get("do"):  # the language or the size of the text was switched
        step, arranged = request.form.get("step", "")[:10], _arrangement(code, entrance, form)
        shown = page.render(entrance, look, form, step=step, arrangement=arranged)
        return _show_form(entrance, shown)
    try:
        token = form_token.check(
            form.response_id.data or "",
            key=_kept().key,
            page=_page_name(code, entrance),
            at=site().clock(),
        )
    except form_token.TokenInvalid:
        _kept().refusals.count("wrong_token", site().clock())
        note = _("页面打开的时间太久，已为您更新。您的选择都还在，请再次提交。")
        return _again(code, entrance, look, form, note)
    if form.age.data == "under18":
        return _under_age(entrance, look)
    unknown = form.unknown_names(request.form)
    if unknown:
        note = _("问卷中没有“%(name)s”这一题，请核对后再次提交。", name=unknown[0][:20])
        return _again(code, entrance, look, form, note, status=422)
    if not form.validate():
        return _again(code, entrance, look, form, "", token=form.response_id.data)
    return _store(code, entrance, look, form, token)


def _store(
    code: str,
    entrance: OpenEntrance,
    look: Look,
    form: QuestionnaireForm | SittingForm,
    token: form_token.FormToken,
) -> AnyResponse:
    at = site().clock()
    source: dict[str, Any] = {
        "lang": look.lang,
        "token": token,
        "at": at,
        "key": site().keys.campaign(entrance.asked.campaign.code),
        "user_agent": request.headers.get("User-Agent", ""),
        "address": request.remote_addr,
    }
    given: dict[str, Any] = {"entrance": entrance, "receipt": token.receipt, "at": at}
    with site().database.writing() as session:
        if entrance.sitting and isinstance(form, SittingForm):
            rated = read_sitting(form, sitting=entrance.sitting, **source)
            done = accept_sitting(session, rated=rated, **given)
        else:
            submission = read_submission(form, asked=entrance.asked, **source)
            done = accept(session, submission=submission, **given)
    if done.outcome is Outcome.USED:
        raise EntranceShut(Shut.USED, entrance.subject)
    if done.outcome is Outcome.CLOSED:
        raise EntranceShut(Shut.CLOSED, entrance.subject)
    if done.outcome is Outcome.CONFLICTING:
        note = _("这个页面已经提交过一份答卷。如果您是另一位居民，请核对后再次提交。")
        return _again(code, entrance, look, form, note, status=409)
    shown = codes.from_bytes(done.receipt)
    target = address_of(".receipt", receipt=shown, new=1, lang=look.lang, mode=look.mode)
    return jsonify(next=target) if _by_script() else redirect(target, 303)


@blueprint.get("/q")
def type_code() -> AnyResponse:
    typed = codes.normalise(request.args.get("code", ""))
    if typed:
        look = _look()
        return redirect(address_of(".questionnaire", code=typed, lang=look.lang, mode=look.mode))
    return _show(render_template("respond/type_code.html", **page.frame(None, _look())))


@blueprint.get("/r/<receipt>")
def receipt(receipt: str) -> Response:
    look = _look()
    code, new = codes.normalise(receipt), bool(request.args.get("new"))
    with site().database.reading() as session:
        found = receipts.find(session, code)
        handling = reply.handling(session, receipt_code=code, lang=look.lang)
        sitting = find_sitting(session, code) if found is None else None
        comments = handlings(session, sitting=sitting, lang=look.lang) if sitting else []
    if sitting is not None:
        return _show(_sitting_receipt(sitting, comments, look, new=new))
    if found is None:
        shown = render_template("respond/no_receipt.html", **page.frame(None, look))
        return _show(shown, 404)
    shown = render_template(
        "respond/receipt.html",
        **page.frame(None, look, campaign=found.campaign),
        receipt=codes.grouped(code),
        day=page.day(found.received_at, found.campaign, look.lang),
        new=new,
        proof=None if new else receipts.proof(site(), found),
        handling=None if new else handling,
        thanks=found.campaign.notices["thanks"][look.lang],
    )
    return _show(shown)


def _sitting_receipt(
    sitting: SittingReceived, comments: list[tuple[str, reply.Handling]], look: Look, *, new: bool
) -> str:
    return render_template(
        "respond/sitting_receipt.html",
        **page.frame(None, look, campaign=sitting.campaign),
        receipt=codes.grouped(sitting.receipt),
        n=len(sitting.leaves),
        day=page.day(sitting.received_at, sitting.campaign, look.lang),
        new=new,
        proof=None if new else proof_of_sitting(site(), sitting),
        comments=[] if new else comments,
        thanks=sitting.campaign.notices["thanks"][look.lang],
    )


@blueprint.get("/r")
def type_receipt() -> AnyResponse:
    typed = codes.normalise(request.args.get("code", ""))
    if typed:
        look = _look()
        return redirect(address_of(".receipt", receipt=typed, lang=look.lang, mode=look.mode))
    return _show(render_template("respond/type_receipt.html", **page.frame(None, _look())))


@blueprint.errorhandler(EntranceShut)
def shut(error: EntranceShut) -> Response:
    look = _look()
    if error.reason in _COUNTED:
        _kept().refusals.count(_COUNTED[error.reason], site().clock())
    asked = error.asked
    form = None
    if asked and request.method == "POST":  # what was answered stays in sight
        form = _kept().pages.form_class(asked, look.lang)(request.form)
    text = render_template(
        "respond/shut.html",
        **page.frame(asked, look),
        reason=error.reason.value,
        closed=page.notice(asked, "closed", look.lang) if asked else "",
        starts=page.day(asked.campaign.starts_at, asked.campaign, look.lang) if asked else "",
        form=form,
    )
    return _show(text, _SHUT_STATUS.get(error.reason, _GONE))


@blueprint.app_errorhandler(WorkNeeded)  # the page of reports looks codes up, too
def work_needed(_error: WorkNeeded) -> Response:
    look, at = _look(), site().clock()
    code = codes.normalise((request.view_args or {})["code"])
    _kept().refusals.count("work_asked", at)
    if _by_script():
        return _refusal(_TOO_MANY, forget=False)
    network = network_of(request.remote_addr)
    text = render_template(
        "respond/work.html",
        **page.frame(None, look),
        challenge=proof_of_work.challenge(key=_kept().key, code=code, network=network, at=at),
        bits=proof_of_work.BITS,
        wait=int(proof_of_work.WAIT.total_seconds()),
    )
    response = _show(text, _TOO_MANY)
    policy = inline().policy.replace("script-src ", "script-src 'self' ")
    response.headers["Content-Security-Policy"] = policy
    return response


def _under_age(entrance: OpenEntrance, look: Look) -> Response:
    if _by_script():
        return _refusal(403, forget=True)
    words = page.notice(entrance.subject, "under18", look.lang)
    frame = page.frame(entrance.subject, look)
    return _show(render_template("respond/under_age.html", **frame, words=words))


def _again(
    code: str,
    entrance: OpenEntrance,
    look: Look,
    form: QuestionnaireForm | SittingForm,
    note: str,
    *,
    token: str | None = None,
    status: int = 422,
) -> Response:
    """Show the page again with the answers kept, by default with a fresh token."""
    if _by_script():
        return _refusal(status, forget=False)
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
    response = _show(content, status)
    response.headers["Content-Security-Policy"] = page.policy(entrance.subject)
    return response


def _show(content: str | bytes, status: int = 200) -> Response:
    response = Response(content, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = inline().policy
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Encoding"
    return response


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
            key=_kept().key,
            memory=_kept().memory,
            guesses=_kept().guesses,
        )


def _new_token(code: str, entrance: OpenEntrance, arranged: int) -> str:
    name = _page_name(code, entrance)
    return form_token.issue(key=_kept().key, page=name, at=site().clock(), draw=arranged)


def _arrangement(code: str, entrance: OpenEntrance, form: QuestionnaireForm | SittingForm) -> int:
    """Return how the page sent back was arranged; the plain way if it was not ours."""
    name, token = _page_name(code, entrance), form.response_id.data or ""
    try:
        draw = form_token.read(token, key=_kept().key, page=name).draw
    except form_token.TokenInvalid:
        return 0
    return arrangement.choose(scheme_of(entrance.asked.campaign).questionnaire, draw)


def _page_name(code: str, entrance: OpenEntrance) -> str:
    return admission.page_name(codes.normalise(code), entrance)


def _look() -> Look:
    lang, mode = language(), request.values.get("mode", "")
    wanted = request.form.get("do", "")
    if wanted.startswith("lang-"):
        lang = wanted.removeprefix("lang-")
    if wanted.startswith("mode-"):
        mode = wanted.removeprefix("mode-")
    use_language(lang)
    return Look(lang=language(), mode=mode if mode in page.MODES else page.MODES[0])


def _by_script() -> bool:
    return request.headers.get("Accept") == "application/json"


def _kept() -> Kept:
    return cast(Kept, current_app.extensions["respond"])
