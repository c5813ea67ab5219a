"""Which host names are answered: those of our own address, and this machine's for health checks.

Whoever lets a foreign name point here, or sends a Host of his own, gets no page.
"""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import SecurityError

from survey.site.config import Settings
from survey.web.request import site

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HEALTH = "health."


def install(app: Flask) -> None:
    """Refuse requests for other hosts before anything else looks at them."""
    app.before_request(_refuse_foreign)


def _refuse_foreign() -> None:
    name = _asked_name()
    if not is_ours(name, settings=site().settings, health=_is_health()):
        current_app.logger.warning("refused: a foreign host")
        abort(400)


def is_ours(name: str, *, settings: Settings, health: bool) -> bool:
    """Say whether a host name, without its port, is one this installation answers to.

    One that has no name yet may also be asked for by any address, from a telephone beside it.
    """
    own = _own_name(settings.base_url)
    if name == own or name in settings.further_hosts:
        return True
    nameless = own in _LOOPBACK or _is_address(own)
    if name in _LOOPBACK:
        return health or nameless
    return nameless and _is_address(name)


@lru_cache(maxsize=8)
def _own_name(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def is_ours_by_header(host: str, settings: Settings) -> bool:
    """Say the same of what a request for a page has in its `Host`; False where it has none."""
    return bool(host) and is_ours(_name_in(host), settings=settings, health=False)


def _asked_name() -> str:
    try:
        return _name_in(request.host)
    except SecurityError:
        return ""


@lru_cache(maxsize=64)
def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_health() -> bool:
    return (request.endpoint or "").startswith(_HEALTH)


def _is_address(name: str) -> bool:
    """Say whether a name is an address: no foreign name can be made to point at one."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
