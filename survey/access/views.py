from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access import accounts, sign_in
from survey.forms.office import FirstAccountForm, PasswordForm, SignInForm
from survey.problems import Refused
from survey.web.request import LANGUAGES, language, site

blueprint = Blueprint("access", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def sign_in_page() -> Page:
    with site().database.reading() as reading:
        if not accounts.any_account(reading):
            return redirect(url_for("access.first"))
    wanted = sign_in.local_path(request.args.get("next"))
    if sign_in.signed_in_account() is not None:
        return redirect(wanted)
    form = SignInForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("office/sign_in.html", form=form, lines=[]), status
    return _try_to_sign_in(form, wanted)


def _try_to_sign_in(form: SignInForm, wanted: str) -> Page:
    username, address = form.username.data or "", request.remote_addr or ""
    at, throttle = site().clock(), sign_in.throttle()
    if not throttle.allows(username, address, at):
        lines = [_("密码错误次数过多，请15分钟后再试，或联系县绩效办。")]
        page = render_template("office/sign_in.html", form=form, lines=lines)
        return page, 429, {"Retry-After": "900"}
    with site().database.writing() as writing:
        account = accounts.authenticate(
            writing, username=username, password=form.password.data or "", clock=site().clock
        )
    if account is None:
        throttle.failed(username, address, at)
        lines = [_("账号或密码不正确。")]
        return render_template("office/sign_in.html", form=form, lines=lines), 422
    throttle.succeeded(username, address)
    sign_in.open_session(account)
    return redirect(wanted)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    sign_in.close_session()
    return redirect(url_for("access.sign_in"))


@blueprint.route("/first", methods=["GET", "POST"])
def first() -> Page:
    with site().database.reading() as reading:
        if accounts.any_account(reading):
            return redirect(url_for("access.sign_in"))
    form = FirstAccountForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("office/first.html", form=form, lines=[]), status
    try:
        with site().database.writing() as writing:
            account = accounts.create_first_account(
                writing,
                username=form.username.data or "",
                name=form.name.data or "",
                password=form.password.data or "",
                clock=site().clock,
            )
    except Refused as refused:
        return render_template("office/first.html", form=form, lines=_lines(refused)), 422
    sign_in.open_session(account)
    return redirect(url_for("fieldwork.campaigns"))


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Page:
    account = sign_in.signed_in_account()
    if account is None:
        return sign_in.ask_to_sign_in()
    form = PasswordForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("office/password.html", form=form, lines=[]), status
    username, address = account.username, request.remote_addr or ""
    at, throttle = site().clock(), sign_in.throttle()
    if not throttle.allows(username, address, at):
        lines = [_("密码错误次数过多，请15分钟后再试，或联系县绩效办。")]
        page = render_template("office/password.html", form=form, lines=lines)
        return page, 429, {"Retry-After": "900"}
    try:
        with site().database.writing() as writing:
            changed = accounts.require_account(writing, username=account.username)
            accounts.change_password(
                writing,
                account=changed,
                old=form.old.data or "",
                new=form.password.data or "",
                clock=site().clock,
            )
    except Refused as refused:
        if any(problem.field == "old" for problem in refused.problems):
            throttle.failed(username, address, at)
        return render_template("office/password.html", form=form, lines=_lines(refused)), 422
    throttle.succeeded(username, address)
    sign_in.open_session(changed)
    flash(_("密码已修改，其他已登录的设备已全部退出。"))
    return redirect(url_for("fieldwork.campaigns"))


@blueprint.get("/language/<lang>")
def choose_language(lang: str) -> Response:
    if lang in LANGUAGES:
        session["lang"] = lang
    return redirect(sign_in.local_path(request.args.get("next")))


def _lines(refused: Refused) -> list[str]:
    return refused.text(language()).splitlines()
