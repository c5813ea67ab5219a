"""An official's own door: where one is signed in, and the second factor."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey import codes
from survey.access import accounts, entering, second_factor, sessions, sign_in
from survey.access.entering import Slowed
from survey.access.second_factor import Enrolment
from survey.access.sign_in import signed_in
from survey.forms.sign_in import EnrolForm, RemoveFactorForm
from survey.model import Account
from survey.problems import Refused
from survey.web.qr import qr_svg
from survey.web.request import language, site

blueprint = Blueprint("own", __name__, url_prefix="/office/own")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/sessions")
@signed_in
def listed() -> Page:
    """Show where the account is signed in."""
    account = sign_in.current_account()
    with site().database.reading() as reading:
        opened = sessions.list_open(reading, account=account, at=site().clock())
        recent = sessions.list_recent(reading, account=account)
        own = sessions.find(reading, token=sign_in.current_token(), at=site().clock())
    return render_template(
        "office/sessions.html",
        sessions=opened[: sessions.SHOWN],
        n_older=max(len(opened) - sessions.SHOWN, 0),
        recent=recent,
        own_id=own[0].id if own else None,
        here=sign_in.visit().network_mark,
        at=site().clock(),
    )


@blueprint.post("/sessions/<int:session_id>/end")
@signed_in
def end(session_id: int) -> Response:
    """Sign the account out on one other device."""
    account = sign_in.current_account()
    with site().database.writing() as writing:
        sessions.end_one(writing, session_id=session_id, account=account, clock=site().clock)
    flash(_("已退出那台设备上的登录。"))
    return redirect(url_for("own.listed"))


@blueprint.post("/sessions/end-others")
@signed_in
def end_others() -> Response:
    """Sign the account out everywhere but here."""
    account = sign_in.current_account()
    with site().database.writing() as writing:
        sessions.end_others(
            writing, token=sign_in.current_token(), account=account, clock=site().clock
        )
    flash(_("其他设备上的登录已全部退出。"))
    return redirect(url_for("own.listed"))


@blueprint.get("/second-factor")
@signed_in
def second_factor_page() -> Page:
    """Offer the second factor, or tell that it is set up."""
    account = sign_in.current_account()
    with site().database.reading() as reading:
        enrolled = second_factor.enrolment(reading, account=account)
    if enrolled is not None:
        return _enrolled_page(RemoveFactorForm(), enrolled, [])
    return _offer_page(EnrolForm(), account, [])


@blueprint.post("/second-factor")
@signed_in
def enrol() -> Page:
    """Set the second factor up and show the recovery codes this once."""
    account = sign_in.current_account()
    form = EnrolForm()
    if not form.validate():
        return _offer_page(form, account, []), 422
    shown = entering.show_password(site(), account=account, password=form.password.data or "")
    if isinstance(shown, Slowed):
        return _offer_page(form, account, [_slowed(shown)]), 429, _retry(shown)
    if not shown:
        return _offer_page(form, account, [_("登录密码不正确。")]), 422
    try:
        with site().database.writing() as writing:
            sessions.end_all(writing, account=account, at=site().clock())
            entered = entering.reopen(
                writing, account=account, visit=sign_in.visit(), at=site().clock()
            )
            given = second_factor.enrol(
                writing,
                account=account,
                secret=_secret(),
                code=form.code.data or "",
                key=site().keys.web(),
                clock=site().clock,
            )
    except Refused as refused:
        return _offer_page(form, account, refused.text(language()).splitlines()), 422
    sign_in.begin(entered)
    return render_template("office/recovery_codes.html", codes=map(codes.grouped, given))


@blueprint.post("/second-factor/remove")
@signed_in
def remove() -> Page:
    """Take the second factor away from whoever knows password and code."""
    account = sign_in.current_account()
    form = RemoveFactorForm()
    with site().database.reading() as reading:
        enrolled = second_factor.enrolment(reading, account=account)
    if enrolled is None:
        return redirect(url_for("own.second_factor_page"))
    if not form.validate():
        return _enrolled_page(form, enrolled, []), 422
    shown = entering.show_password(site(), account=account, password=form.password.data or "")
    if isinstance(shown, Slowed):
        return _enrolled_page(form, enrolled, [_slowed(shown)]), 429, _retry(shown)
    if not (shown and _remove(account, form.code.data or "")):
        return _enrolled_page(form, enrolled, [_("登录密码或动态口令不正确。")]), 422
    flash(_("两步登录已停用。"))
    return redirect(url_for("own.second_factor_page"))


def _remove(account: Account, code: str) -> bool:
    key, clock = site().keys.web(), site().clock
    with site().database.writing() as writing:
        own = accounts.require_account(writing, username=account.username)
        if not second_factor.passed_by(writing, account=own, code=code, key=key, clock=clock):
            return False
        return second_factor.remove(writing, account=own, by=own.username, clock=clock)


def _offer_page(form: EnrolForm, account: Account, lines: list[str]) -> str:
    secret = _secret()
    return render_template(
        "office/second_factor.html",
        form=form,
        lines=lines,
        qr=qr_svg(second_factor.address(secret, username=account.username), width=220),
        secret=codes.grouped(secret),
    )


def _enrolled_page(form: RemoveFactorForm, enrolled: Enrolment, lines: list[str]) -> str:
    return render_template(
        "office/second_factor_enrolled.html", form=form, enrolled=enrolled, lines=lines
    )


def _secret() -> str:
    return second_factor.proposed_secret(site().keys.web(), token=sign_in.current_token())


def _slowed(slowed: Slowed) -> str:
    return str(_("尝试次数较多，请等 %(n)d 秒后再试。账号没有被锁定。", n=slowed.seconds))


def _retry(slowed: Slowed) -> dict[str, str]:
    return {"Retry-After": str(slowed.seconds)}
