"""Whether this server is alive and can serve, and its figures for Prometheus."""

import sqlalchemy as sa
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from survey.model import SIGN_IN_OUTCOMES, Campaign, ProgressCounter, SignInCounter
from survey.problems import Refused
from survey.site import identity, schema
from survey.web import alterations, heads_watch
from survey.web.request import site

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
def metrics() -> Response:
    """Tell answers received per campaign and attempts to sign in; nobody is named."""
    query = (
        sa.select(Campaign.code, sa.func.sum(ProgressCounter.received))
        .join(ProgressCounter, ProgressCounter.campaign_id == Campaign.id)
        .group_by(Campaign.code)
        .order_by(Campaign.code)
    )
    attempts = sa.select(SignInCounter.outcome, SignInCounter.attempts)
    with site().database.reading() as session:
        rows = session.execute(query).all()
        counted = dict.fromkeys(SIGN_IN_OUTCOMES, 0)
        counted |= {row.outcome: row.attempts for row in session.execute(attempts)}
    lines = [
        "# HELP survey_responses_received_total Responses stored.",
        "# TYPE survey_responses_received_total counter",
        *(f'survey_responses_received_total{{campaign="{code}"}} {count}' for code, count in rows),
        "# HELP survey_sign_ins_total Attempts of officials to sign in that were looked at.",
        "# TYPE survey_sign_ins_total counter",
        *(f'survey_sign_ins_total{{outcome="{name}"}} {n}' for name, n in counted.items()),
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")
