"""Officials' accounts in the browser: made, changed, shut out and let in again."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import accounts, passwords, people, second_word, sessions
from survey.access.role_names import role_choices
from survey.access.sign_in import current_account, requires
from survey.forms.office import ConfirmForm
from survey.forms.people import AccountForm, RoleForm
from survey.problems import Refused
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("people", __name__, url_prefix="/office/people")

Page = str | Response | tuple[str, int]

# Called as the commands call them: `survey user disable`, …
_DEEDS: dict[str, tuple[Callable[..., object], LazyString]] = {
    "disable": (accounts.disable_account, _("账号已停用，已登录的设备全部退出。")),
    "enable": (accounts.enable_account, _("账号已启用。")),
    "reset-totp": (
        accounts.reset_second_factor,
        _("两步登录已取消，请本人登录后重新开通。"),
    ),
    "end-sessions": (sessions.sign_out_everywhere, _("该账号已登录的设备全部退出。")),
}


@blueprint.get("/")
@requires("account.read")
def listed() -> Page:
    """List the officials."""
    return _list_page(AccountForm(formdata=None))


@blueprint.post("/")
@requires("account.run")
def add() -> Page:
    """Make an account and show its one-time password, this once."""
    form = AccountForm()
    with site().database.reading() as reading:
        _offer(reading, form)
    if not form.validate():
        return _list_page(form), 422
    password, username = passwords.one_time(), form.username.data or ""
    try:
        with site().database.writing() as writing:
            shown = accounts.create_account(
                writing,
                username=username,
                name=form.name.data or "",
                role=form.role.data,
                class_code=form.class_code.data or None,
                unit_code=form.unit.data or None,
                by=current_account().username,
                clock=site().clock,
                password=password,
            )
    except Refused as refused:
        return _list_page(form, refused), 422
    return _password_page(username, shown)


@blueprint.get("/<username>")
@requires("account.read")
def person(username: str) -> Page:
    """Show one official and what can be changed."""
    return _person_page(username)


@blueprint.post("/<username>/role")
@requires("account.run")
def change_role(username: str) -> Page:
    """Give an official another role."""
    form = RoleForm()
    with site().database.reading() as reading:
        found_or_404(accounts.require_account, reading, username=username)
        _offer(reading, form)
    if not form.validate():
        return _person_page(username, form=form), 422
    try:
        with site().database.writing() as writing:
            accounts.change_role(
                writing,
                account=accounts.require_account(writing, username=username),
                role=form.role.data,
                class_code=form.class_code.data or None,
                unit_code=form.unit.data or None,
                by=current_account().username,
                clock=site().clock,
            )
    except Refused as refused:
        return _person_page(username, form=form, refused=refused), 422
    _tell(username, _("角色已改变，该账号已登录的设备全部退出。"))
    return redirect(url_for("people.person", username=username))


@blueprint.post("/<username>/confirm")
@requires("account.confirm")
def confirm(username: str) -> Page:
    """Let an account in that somebody else made or changed."""
    seen = request.form.get("seen", type=int, default=0)
    deed = partial(second_word.confirm, seen=seen)
    return _decide(username, deed, _("已确认，该账号可以登录。"))


@blueprint.post("/<username>/decline")
@requires("account.confirm")
def decline(username: str) -> Page:
    """Leave an account shut that somebody else made or changed."""
    return _decide(username, second_word.decline, _("未确认，该账号停用。"))


@blueprint.post("/<username>/<deed>")
@requires("account.run")
def do(username: str, deed: str) -> Page:
    """Disable, enable, reset or sign out an account."""
    if deed not in _DEEDS and deed != "reset":
        abort(404)
    with site().database.reading() as reading:
        found_or_404(accounts.require_account, reading, username=username)
    if not ConfirmForm().validate():
        return _person_page(username), 422
    try:
        return _reset(username) if deed == "reset" else _do(username, deed)
    except Refused as refused:
        return _person_page(username, refused=refused), 422


def _reset(username: str) -> Page:
    made = passwords.one_time()
    with site().database.writing() as writing:
        account = accounts.require_account(writing, username=username)
        shown = accounts.reset_password(
            writing,
            account=account,
            password=made,
            by=current_account().username,
            clock=site().clock,
        )
    return _password_page(username, shown)


def _do(username: str, deed: str) -> Response:
    carry_out, said = _DEEDS[deed]
    with site().database.writing() as writing:
        account = accounts.require_account(writing, username=username)
        carry_out(writing, account=account, by=current_account().username, clock=site().clock)
    _tell(username, said)
    return redirect(url_for("people.person", username=username))


def _decide(username: str, deed: Callable[..., object], said: LazyString) -> Page:
    with site().database.reading() as reading:
        found_or_404(accounts.require_account, reading, username=username)
    try:
        with site().database.writing() as writing:
            account = accounts.require_account(writing, username=username)
            deed(writing, account=account, by=current_account().username, clock=site().clock)
    except Refused as refused:
        flash(refused.text(language()))
    else:
        flash(str(said))
    return redirect(url_for("approvals.listed"))


def _tell(username: str, said: LazyString) -> None:
    """Say what was done, or that it waits for another person."""
    with site().database.reading() as session:
        account = accounts.require_account(session, username=username)
        waits = second_word.waiting(session, account=account) is not None
    flash(str(_("已办理，须由另一人在“待批事项”里确认；确认前该账号不能登录。") if waits else said))


def _offer(session: Session, form: RoleForm) -> None:
    units = people.units_to_choose(session)
    form.offer(
        roles=role_choices(),
        classes=accounts.classes(session),
        units=[(unit.code, f"{unit.code} {unit.short_name(language())}") for unit in units],
    )


def _list_page(form: AccountForm, refused: Refused | None = None) -> str:
    with site().database.reading() as session:
        _offer(session, form)
        return render_template(
            "office/people.html",
            people=people.all_people(session),
            to_confirm={each.account.username for each in second_word.all_waiting(session)},
            form=form,
            lines=_lines(refused),
        )


def _person_page(
    username: str, *, form: RoleForm | None = None, refused: Refused | None = None
) -> str:
    with site().database.reading() as session:
        found = found_or_404(people.require_person, session, username=username)
        if form is None:
            form = RoleForm(
                formdata=None,
                role=found.account.role,
                class_code=found.account.class_code,
                unit=found.unit.code if found.unit else None,
            )
            _offer(session, form)
        return render_template(
            "office/person.html",
            person=found,
            to_confirm=second_word.waiting(session, account=found.account),
            let_in_times=second_word.let_in_by(session, username=username),
            names=people.names(session),
            form=form,
            recent=sessions.list_recent(session, account=found.account),
            n_open=len(sessions.list_open(session, account=found.account, at=site().clock())),
            at=site().clock(),
            lines=_lines(refused),
        )


def _password_page(username: str, password: str) -> str:
    with site().database.reading() as session:
        account = accounts.require_account(session, username=username)
        waits = second_word.waiting(session, account=account)
        able = second_word.may_confirm(session, found=waits) if waits else ()
    return render_template(
        "office/one_time_password.html",
        username=username,
        password=password,
        waits=waits is not None,
        able=able,
        hours=accounts.ONE_TIME_HOURS,
    )


def _lines(refused: Refused | None) -> list[str]:
    return refused.text(language()).splitlines() if refused else []
