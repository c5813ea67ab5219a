"""Whether this server is alive and can serve, and its figures for Prometheus."""

from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from survey.problems import Refused
from survey.site import identity, schema
from survey.web import alterations, heads_watch, metrics
from survey.web.request import site

_NOT_FOR_ALL = (
    "只供本机和持有 SURVEY_METRICS_TOKEN 者查看\n"
    "for this machine and whoever shows SURVEY_METRICS_TOKEN\n"
)

# What some proxy or other adds to what it passes on.
_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer as long as the process runs."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say which installation this is if its database answers with our schema; else why not.

    Residents may go on answering where records were altered: that is told, as last found.
    """
    try:
        schema.check_current(site().database)
    except Refused as refused:
        return _not_ready(str(refused))
    except SQLAlchemyError:
        return _not_ready("数据库不应答\nthe database does not answer")
    refusal = heads_watch.standing().refusal
    if refusal is not None:
        return _not_ready(str(refusal))
    with site().database.reading() as session:
        name = identity.identity(session)
    told = f"ready\ninstallation {name}\naddress {site().settings.base_url}\n"
    told += "".join(f"altered\n{problem.both()}\n" for problem in alterations.known())
    return Response(told, mimetype="text/plain")


def _not_ready(why: str) -> Response:
    return Response(f"not ready\n{why}\n", status=503, mimetype="text/plain")


@blueprint.get("/metrics")
def figures() -> Response:
    """Tell figures for monitoring, to this machine and to whoever shows the token."""
    if not (_is_from_here() or _shows_token()):
        return Response(_NOT_FOR_ALL, status=403, mimetype="text/plain")
    return Response(metrics.text(site()), mimetype="text/plain; version=0.0.4")


def _is_from_here() -> bool:
    """Say whether this very machine asks; what a proxy that is not trusted passes on is not."""
    trusts = bool(site().settings.trusted_proxies)
    passed_on = not trusts and any(name in request.headers for name in _PASSED_ON)
    try:
        return ip_address(request.remote_addr or "").is_loopback and not passed_on
    except ValueError:
        return False


def _shows_token() -> bool:
    token = site().settings.metrics_token
    shown = request.headers.get("Authorization", "")
    return bool(token) and compare_digest(shown.encode(), f"Bearer {token}".encode())
