"""Who is signed in: the only file that knows Flask-Login."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import (
    Flask,
    abort,
    after_this_request,
    current_app,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from survey.access import accounts, browsers, devices, marks, roles, second_factor, sessions
from survey.access.entering import Entered
from survey.access.role_names import role_name
from survey.access.sessions import Visit
from survey.model import Account, CampaignUnit
from survey.problems import Refused
from survey.site.database import Database
from survey.web.request import site

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

_BEFORE_OWN_PASSWORD = {"access.password", "access.sign_out", "access.choose_language"}
_BEFORE_SECOND_FACTOR = _BEFORE_OWN_PASSWORD | {
    *("own.second_factor_page", "own.enrol", "own.listed", "own.end", "own.end_others"),
}


class _SignedIn(UserMixin):  # type: ignore[misc]
    """An account in a session that is open; the cookie holds the session's token."""

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.token


def install(app: Flask) -> None:
    """Let pages ask who is signed in and what they may do."""
    manager = LoginManager()
    manager.session_protection = None  # sessions are kept here, not told by the browser
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.before_request(_ask_first)
    app.after_request(_keep_nothing)
    app.jinja_env.globals.update(
        current_account=signed_in_account,
        may=_page_may,
        lacks_second_factor=_lacks_second_factor,
        role_name=role_name,
        is_open=sessions.is_open,
    )


def signed_in_account() -> Account | None:
    """Return the account of this request's session, or None."""
    return cast(Account, current_user.account) if current_user.is_authenticated else None


def current_account() -> Account:
    """Return the account of this request's session; 401 without one."""
    account = signed_in_account()
    if account is None:
        abort(401)
    return account


def current_token() -> str:
    """Return the token of this request's session; 401 without one."""
    current_account()
    return cast(str, current_user.token)


def visit() -> Visit:
    """Return where this request comes from, without its address."""
    return Visit(
        browser=browsers.in_words(request.user_agent.string),
        network_mark=marks.network_mark(site().keys.web(), request.remote_addr),
    )


def device() -> devices.Device:
    """Return the browser this request comes from."""
    return devices.read(request.cookies.get(_device_cookie()), key=site().keys.web())


def _device_cookie() -> str:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return f"__Secure-{devices.COOKIE}" if secure else devices.COOKIE


def begin(entered: Entered) -> None:
    """Sign an official in, with a cookie that holds nothing from before but the language."""
    lang = session.get("lang")
    session.clear()
    session.permanent = True
    if lang:
        session["lang"] = lang
    login_user(_SignedIn(entered.account, entered.token))
    known = device().with_account(entered.account.id)

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            _device_cookie(),
            devices.write(known, key=site().keys.web()),
            max_age=devices.LIFE_SECONDS,
            path=url_for("schedule.home"),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def close() -> None:
    """Sign the official out, here and on the server: a copy of the cookie is worth nothing."""
    account = signed_in_account()
    if account is not None:
        with site().database.writing() as writing:
            sessions.end(writing, token=current_token(), account=account, clock=site().clock)
    logout_user()
    session.clear()


def requires(
    action: roles.Action, *, hidden: bool = False
) -> Callable[[Callable[Parameters, Returned]], Callable[Parameters, Returned | Response]]:
    """Let only those through whose role may do this; strangers are sent to sign in.

    A `hidden` page does not exist for the others: not even that there is something to see.
    """

    def wrap(view: Callable[Parameters, Returned]) -> Callable[Parameters, Returned | Response]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned | Response:
            account = signed_in_account()
            if account is None:
                return ask_to_sign_in()
            if not roles.may(account, action):
                current_app.logger.warning("%s may not %s", account.username, action)
                abort(404 if hidden else 403)
            return view(*args, **kwargs)

        return guarded

    return wrap


def signed_in(
    view: Callable[Parameters, Returned],
) -> Callable[Parameters, Returned | Response]:
    """Let everybody through who is signed in; strangers are sent to sign in."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned | Response:
        return ask_to_sign_in() if signed_in_account() is None else view(*args, **kwargs)

    return guarded


def ask_to_sign_in() -> Response:
    """Send a stranger to the sign-in page, and from there back to what he asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("access.sign_in", next=wanted))


def local_path(wanted: str | None) -> str:
    """Return an address inside these pages: the one asked for, else the first page."""
    home = url_for("schedule.home")
    if not wanted or not wanted.startswith(home) or "\\" in wanted or not wanted.isprintable():
        return home
    return wanted


def _ask_first() -> Response | None:
    """Show nothing of the office before a password of one's own and the second factor."""
    if not request.path.startswith("/office/") or request.endpoint in _BEFORE_OWN_PASSWORD:
        return None
    account = signed_in_account()
    if account is None:
        return None
    wanted = _first_steps(account)
    return redirect(url_for(wanted)) if wanted else None


def _first_steps(account: Account) -> str | None:
    """Return the page an account must see first, outside a demonstration."""
    lacks_password = account.password_one_time
    lacks_factor = request.endpoint not in _BEFORE_SECOND_FACTOR and _lacks_second_factor()
    if not (lacks_password or lacks_factor):
        return None
    with site().database.reading() as reading:
        if accounts.is_demonstration(reading):
            return None
    return "access.password" if lacks_password else "own.second_factor_page"


def _lacks_second_factor() -> bool:
    """Say whether this request's account should have a second factor and has none."""
    account = signed_in_account()
    everyone = site().settings.second_factor == "everyone"
    if account is None or not (everyone or account.role in second_factor.ROLES):
        return False
    if "lacks_second_factor" not in g:
        with site().database.reading() as reading:
            g.lacks_second_factor = second_factor.enrolment(reading, account=account) is None
    return bool(g.lacks_second_factor)


def _keep_nothing(response: Response) -> Response:
    """Let no browser keep a page of the office: Back after signing out must not show it."""
    if request.path.startswith("/office/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _load(token: str) -> _SignedIn | None:
    database, at = site().database, site().clock()
    with database.reading() as reading:
        found = sessions.find(reading, token=token, at=at)
    if found is None:
        return None
    opened, account = found
    if sessions.needs_touch(opened, at=at):
        _touch(database, opened.id)
    return _SignedIn(account, token)


def _touch(database: Database, session_id: int) -> None:
    """Note that a session is in use; a database that cannot be written may still be read."""
    try:
        with database.writing() as writing:
            sessions.touch(writing, session_id=session_id, at=site().clock())
    except DBAPIError as error:
        current_app.logger.warning("a session could not be noted: %s", type(error.orig).__name__)
    except Refused:
        pass  # the page itself says why nothing is written


def _page_may(action: roles.Action, unit: CampaignUnit | None = None) -> bool:
    account: Any = signed_in_account()
    return account is not None and roles.may(account, action, unit)
