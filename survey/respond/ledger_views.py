"""The ledger in public: heads, growth between heads, the checker."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.draws.recorded import DrawOnRecord, all_draws
from survey.ledger import checker
from survey.ledger.head import public_key, signed_at
from survey.ledger.publication import (
    Shown,
    campaigns_with_answers,
    growth,
    listed_head,
    shown_heads,
)
from survey.ledger.signing import seal_of_today
from survey.model import Campaign
from survey.respond import page
from survey.respond.presentation import presentation, show
from survey.scheme.workbook.sheets import SHEETS
from survey.verification.amendments import Amendment, amendments_of
from survey.web import heads_watch
from survey.web.qr import qr_svg
from survey.web.request import site

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/ledger")
def heads() -> ResponseReturnValue:
    """Show the newest head of each campaign, or prove growth between two of one campaign."""
    if "from" in request.args:
        return _growth()
    if "number" in request.args:
        return _head()
    shown, key = _shown(), public_key(site().keys.signing())
    amended = _amended([entry.campaign for entry in shown])
    with site().database.reading() as session:
        draws = all_draws(session)
    if request.args.get("format") == "json":
        return jsonify(
            kind="public-review-ledger",
            version=1,
            public_key=key,
            campaigns=[_listed(entry, amended[entry.campaign.code]) for entry in shown],
            **_draws(draws),
        )
    frame = page.frame(None, presentation())
    words = frame | {"qr_svg": qr_svg, "short_form": checker.short_form, "signed_at": signed_at}
    words |= {
        "amended": amended,
        "draws": draws,
        "english": {sheet.name: sheet.en for sheet in SHEETS},
    }
    return show(render_template("respond/ledger.html", **words, shown=shown, key=key))


@blueprint.get("/ledger/check.py")
def check() -> Response:
    """Hand out the checker, which needs nothing of this platform."""
    source = Path(checker.__file__).read_bytes()
    response = Response(source, mimetype="text/x-python")
    response.headers["Content-Disposition"] = 'attachment; filename="ledger-check.py"'
    return response


def _shown() -> list[Shown]:
    here = site()
    with here.database.reading() as session:
        campaigns = campaigns_with_answers(session)
    if not heads_watch.standing().alarms:
        for campaign in campaigns:
            seal_of_today(here, campaign=campaign)
    with here.database.reading() as session:
        shown = [shown_heads(session, campaign=campaign) for campaign in campaigns]
    return [entry for entry in shown if entry is not None]


def _amended(campaigns: list[Campaign]) -> dict[str, list[Amendment]]:
    """Return the new versions of each campaign's plan, by its code."""
    with site().database.reading() as session:
        return {campaign.code: amendments_of(session, campaign) for campaign in campaigns}


def _listed(entry: Shown, amended: list[Amendment]) -> dict[str, Any]:
    return {
        "campaign": entry.campaign.code,
        "title": entry.campaign.title_zh,
        "simulated": entry.campaign.simulated,
        "heads": [entry.newest, *entry.earlier],
        "growth": entry.growth,
        "plan_versions": [_version(each) for each in amended],
    }


def _draws(draws: list[tuple[Campaign, list[DrawOnRecord]]]) -> dict[str, Any]:
    """Return the draws of invited people; nothing where there are none."""
    if not draws:
        return {}
    told = {campaign.code: [one.told() for one in of] for campaign, of in draws}
    return {"draws": told}


def _version(amendment: Amendment) -> dict[str, Any]:
    """Return a version of a plan as the public reads it: what and why, not who."""
    return {
        "version": amendment.version,
        "time": amendment.at.isoformat(timespec="seconds"),
        "reason": amendment.reason,
        "before": amendment.before,
        "after": amendment.after,
        "changes": [change._asdict() for change in amendment.changes],
    }


def _head() -> ResponseReturnValue:
    """Return one head, as a paper names it; those of residents' proofs are nobody else's."""
    number = request.args.get("number", type=int)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, request.args.get("campaign", ""))
        found = listed_head(session, campaign=campaign, number=number)
    if found is None:
        abort(404)
    return jsonify(found)


def _growth() -> ResponseReturnValue:
    first = request.args.get("from", type=int)
    second = request.args.get("to", type=int)
    if first is None or second is None:
        abort(400)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, request.args.get("campaign", ""))
        proof = growth(session, campaign=campaign, first=first, second=second)
    if proof is None:
        abort(404)
    return jsonify(proof | {"public_key": public_key(site().keys.signing())})
