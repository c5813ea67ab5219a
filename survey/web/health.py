"""Whether this server is alive and can serve, and its figures for Prometheus."""

import sqlalchemy as sa
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from survey.model import Campaign, ProgressCounter
from survey.problems import Refused
from survey.site import identity, schema
from survey.web import heads_watch
from survey.web.request import site

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer as long as the process runs."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say which installation this is if its database answers with our schema; else why not."""
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
    return Response(told, mimetype="text/plain")


def _not_ready(why: str) -> Response:
    return Response(f"not ready\n{why}\n", status=503, mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Tell answers received per campaign, from the counters; no unit is named."""
    query = (
        sa.select(Campaign.code, sa.func.sum(ProgressCounter.received))
        .join(ProgressCounter, ProgressCounter.campaign_id == Campaign.id)
        .group_by(Campaign.code)
        .order_by(Campaign.code)
    )
    with site().database.reading() as session:
        rows = session.execute(query).all()
    lines = [
        "# HELP survey_responses_received_total Responses stored.",
        "# TYPE survey_responses_received_total counter",
        *(f'survey_responses_received_total{{campaign="{code}"}} {count}' for code, count in rows),
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")
