"""Who is signed in: the only file that knows Flask-Login."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from survey.access import accounts, roles
from survey.access.throttle import Throttle
from survey.model import Account, CampaignUnit
from survey.web.request import site

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

_SEPARATOR = "|"
_BEFORE_OWN_PASSWORD = {"access.password", "access.sign_out", "access.choose_language"}


class _SignedIn(UserMixin):  # type: ignore[misc]
    """An account in a session; the session names the password it was opened with."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return what the session keeps: a changed password gives another text."""
        return f"{self.account.id}{_SEPARATOR}{_stamp(self.account.password_changed_at)}"


def install(app: Flask) -> None:
    """Let pages ask who is signed in and what they may do."""
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.before_request(_ask_for_own_password)
    app.after_request(_keep_nothing)
    app.extensions["survey.throttle"] = Throttle(app.config["SECRET_KEY"])
    app.jinja_env.globals.update(current_account=signed_in_account, may=_page_may)


def signed_in_account() -> Account | None:
    """Return the account of this request's session, or None."""
    return cast(Account, current_user.account) if current_user.is_authenticated else None


def current_account() -> Account:
    """Return the account of this request's session; 401 without one."""
    account = signed_in_account()
    if account is None:
        abort(401)
    return account


def throttle() -> Throttle:
    """Return this process's memory of wrong passwords."""
    return cast(Throttle, current_app.extensions["survey.throttle"])


def open_session(account: Account) -> None:
    """Sign an official in, in a session that holds nothing from before but the language."""
    lang = session.get("lang")
    session.clear()
    session.permanent = True
    if lang:
        session["lang"] = lang
    login_user(_SignedIn(account))


def close_session() -> None:
    """Sign the official out."""
    logout_user()
    session.clear()


def requires(
    action: roles.Action,
) -> Callable[[Callable[Parameters, Returned]], Callable[Parameters, Returned | Response]]:
    """Let only those through whose role may do this; strangers are sent to sign in."""

    def wrap(view: Callable[Parameters, Returned]) -> Callable[Parameters, Returned | Response]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned | Response:
            account = signed_in_account()
            if account is None:
                return ask_to_sign_in()
            if not roles.may(account, action):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return wrap


def ask_to_sign_in() -> Response:
    """Send a stranger to the sign-in page, and from there back to what he asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("access.sign_in", next=wanted))


def local_path(wanted: str | None) -> str:
    """Return an address inside these pages: the one asked for, else the first page."""
    home = url_for("fieldwork.campaigns")
    if not wanted or not wanted.startswith(home) or "\\" in wanted or not wanted.isprintable():
        return home
    return wanted


def _ask_for_own_password() -> Response | None:
    """Show nothing of the office to a one-time password but the page that changes it."""
    if not request.path.startswith("/office/") or request.endpoint in _BEFORE_OWN_PASSWORD:
        return None
    account = signed_in_account()
    if account is None or not account.password_one_time:
        return None
    with site().database.reading() as reading:
        forced = accounts.must_change_password(reading, account=account)
    return redirect(url_for("access.password")) if forced else None


def _keep_nothing(response: Response) -> Response:
    """Let no browser keep a page of the office: Back after signing out must not show it."""
    if request.path.startswith("/office/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _load(kept: str) -> _SignedIn | None:
    identity, _, stamp = kept.partition(_SEPARATOR)
    with site().database.reading() as reading:
        account = reading.get(Account, int(identity)) if identity.isdecimal() else None
    if account is None or account.disabled_at or _stamp(account.password_changed_at) != stamp:
        return None
    return _SignedIn(account)


def _stamp(moment: datetime) -> str:
    return moment.isoformat()


def _page_may(action: roles.Action, unit: CampaignUnit | None = None) -> bool:
    account: Any = signed_in_account()
    return account is not None and roles.may(account, action, unit)
