from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from survey.access import accounts, entering, first_account, passwords, sign_in
from survey.access.entering import Attempt, Entered, Expired, Slowed
from survey.clock import CHINA, local_minute
from survey.forms.sign_in import FirstAccountForm, PasswordForm, SignInForm
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
    attempt = Attempt(
        username=form.username.data or "",
        password=form.password.data or "",
        code=form.code.data or "",
        device=sign_in.device(),
        visit=sign_in.visit(),
    )
    outcome = entering.enter(site(), attempt)
    if isinstance(outcome, Entered):
        sign_in.begin(outcome)
        _tell_of_last_time(outcome)
        return redirect(wanted)
    if isinstance(outcome, Slowed):
        return _slowed("office/sign_in.html", form, outcome.seconds)
    lines = [_("账号、密码或动态口令不正确。")]
    if isinstance(outcome, Expired):
        hours = accounts.ONE_TIME_HOURS
        lines = [_("一次性密码已过期（%(n)d小时内有效）。请联系县绩效办管理员重置。", n=hours)]
    return render_template("office/sign_in.html", form=form, lines=lines), 422


def _tell_of_last_time(entered: Entered) -> None:
    """Tell the owner what only the owner can judge: were these attempts mine?"""
    failed = ngettext("其间失败 %(num)d 次", "其间失败 %(num)d 次", entered.n_failed)
    if entered.last_at is None:
        words = _("这是您第一次登录")
    else:
        words = _("上次登录：%(at)s", at=local_minute(entered.last_at, CHINA))
    told = _("%(last)s，%(failed)s。", last=words, failed=failed)
    if entered.n_failed:
        told += _("如不是您本人，请修改密码。")
    flash(told, "caution" if entered.n_failed else "message")


def _slowed(template: str, form: PasswordForm | SignInForm, seconds: int) -> Page:
    """Say how long to wait; what was typed but the password is still there."""
    lines = [_("尝试次数较多，请等 %(n)d 秒后再试。账号没有被锁定。", n=seconds)]
    page = render_template(template, form=form, lines=lines)
    return page, 429, {"Retry-After": str(seconds)}


@blueprint.post("/sign-out")
def sign_out() -> Response:
    sign_in.close()
    answer = redirect(url_for("access.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache"'  # an answer a resident has not sent yet stays
    return answer


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
        entered = _make_first_account(form)
    except Refused as refused:
        lines = refused.text(language()).splitlines()
        return render_template("office/first.html", form=form, lines=lines), 422
    sign_in.begin(entered)
    return redirect(url_for("schedule.home"))


def _make_first_account(form: FirstAccountForm) -> Entered:
    if not first_account.is_setup_token(form.token.data or "", key=site().keys.web()):
        raise Refused.of(
            zh="设置口令不对；它显示在启动系统的窗口里，每次启动都会再显示",
            en="the setup token is not right; the console shows it at every start of the server",
        )
    password = passwords.chosen(form.password.data or "")
    with site().database.writing() as writing:
        account = first_account.create_first_account(
            writing,
            username=form.username.data or "",
            name=form.name.data or "",
            password=password,
            clock=site().clock,
        )
        return entering.let_in(writing, account=account, visit=sign_in.visit(), at=site().clock())


@blueprint.route("/password", methods=["GET", "POST"])
@sign_in.signed_in
def password() -> Page:
    form = PasswordForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("office/password.html", form=form, lines=[]), status
    return _change_password(form)


def _change_password(form: PasswordForm) -> Page:
    account = sign_in.current_account()
    shown = entering.show_password(site(), account=account, password=form.old.data or "")
    if isinstance(shown, Slowed):
        return _slowed("office/password.html", form, shown.seconds)
    lines = [] if shown else [_("原密码不正确。")]
    if form.old.data == form.password.data:
        lines.append(_("新密码与原密码相同。"))
    if lines:
        return render_template("office/password.html", form=form, lines=lines), 422
    try:
        new = passwords.chosen(form.password.data or "")
        with site().database.writing() as writing:
            changed = accounts.require_account(writing, username=account.username)
            accounts.change_password(writing, account=changed, password=new, clock=site().clock)
            entered = entering.reopen(
                writing, account=changed, visit=sign_in.visit(), at=site().clock()
            )
    except Refused as refused:
        lines = refused.text(language()).splitlines()
        return render_template("office/password.html", form=form, lines=lines), 422
    sign_in.begin(entered)
    flash(_("密码已修改，其他已登录的设备已全部退出。"))
    return redirect(url_for("schedule.home"))


@blueprint.get("/language/<lang>")
def choose_language(lang: str) -> Response:
    if lang in LANGUAGES:
        session["lang"] = lang
    return redirect(sign_in.local_path(request.args.get("next")))
