"""The ledger in public: heads, growth between heads, the checker."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.draws.recorded import DrawOnRecord, all_draws
from survey.ledger import checker
from survey.ledger.committed import commitments
from survey.ledger.head import public_key, signed_at
from survey.ledger.notes.asked import asked_of_witness, newest_checkpoint
from survey.ledger.notes.of_head import log_key
from survey.ledger.publication import (
    Shown,
    campaigns_with_answers,
    growth,
    listed_head,
    shown_heads,
)
from survey.ledger.signing import seal_of_today
from survey.model import Campaign
from survey.problems import Refused
from survey.respond import page
from survey.respond.presentation import presentation, show
from survey.scheme.workbook.sheets import SHEETS
from survey.site.identity import identity
from survey.verification.amendments import Amendment, amendments_of
from survey.web import heads_watch
from survey.web.downloads import attachment
from survey.web.qr import qr_svg
from survey.web.request import site

blueprint = Blueprint("ledger", __name__)

_FOR_WITNESSES = ("checkpoint", "request", "key")


@blueprint.get("/ledger")
def heads() -> ResponseReturnValue:
    """Show the newest head of each campaign, or prove growth between two of one campaign.

    Witnesses read the newest head of a campaign as a checkpoint, or as a request to cosign it.
    """
    if "from" in request.args:
        return _growth()
    if "number" in request.args:
        return _head()
    if request.args.get("format") in _FOR_WITNESSES:
        return _for_witnesses(request.args["format"])
    shown, key = _shown(), public_key(site().keys.signing())
    campaigns = [entry.campaign for entry in shown]
    amended, committed = _amended(campaigns), _committed(campaigns)
    with site().database.reading() as session:
        draws = all_draws(session)
    if request.args.get("format") == "json":
        return jsonify(
            kind="public-review-ledger",
            version=1,
            public_key=key,
            campaigns=[
                _listed(entry, amended[entry.campaign.code], committed[entry.campaign.code])
                for entry in shown
            ],
            **_draws(draws),
        )
    frame = page.frame(None, presentation())
    words = frame | {"qr_svg": qr_svg, "short_form": checker.short_form, "signed_at": signed_at}
    words |= {"amended": amended, "committed": committed, "draws": draws}
    words |= {"english": {sheet.name: sheet.en for sheet in SHEETS}}
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


def _committed(campaigns: list[Campaign]) -> dict[str, list[commitments.Shown]]:
    """Return the codes committed in each campaign, by its code."""
    with site().database.reading() as session:
        return {each.code: commitments.shown_statements(session, each) for each in campaigns}


def _listed(
    entry: Shown, amended: list[Amendment], committed: list[commitments.Shown]
) -> dict[str, Any]:
    return {
        "campaign": entry.campaign.code,
        "title": entry.campaign.title_zh,
        "simulated": entry.campaign.simulated,
        "heads": [entry.newest, *entry.earlier],
        "growth": entry.growth,
        "plan_versions": [_version(each) for each in amended],
        "codes": [
            asdict(each) | {"time": each.time.isoformat(timespec="seconds")} for each in committed
        ],
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


def _for_witnesses(what: str) -> ResponseReturnValue:
    """Return the newest head as a signed checkpoint, the request to cosign it, or our key."""
    code, key = request.args.get("campaign", ""), site().keys.signing()
    old = request.args.get("old", 0, type=int)
    if what == "request" and old < 0:
        abort(400)
    _shown()  # the day's head is signed first, where it is due
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        try:
            text = _text_for_witness(session, campaign, what, old, key)
        except Refused as refused:
            return Response(f"{refused}\n", status=503, mimetype="text/plain")
    if text is None:
        abort(404)
    answer = Response(text, mimetype="text/plain")
    if "download" in request.args:
        name = f"{code}-{what}.txt"
        answer.headers["Content-Disposition"] = attachment(name)
    return answer


def _text_for_witness(
    session: Session, campaign: Campaign, what: str, old: int, key: Ed25519PrivateKey
) -> str | None:
    if what == "key":
        return f"{log_key(identity(session) or '', campaign.code, key).text}\n"
    if what == "request":
        asked = asked_of_witness(session, campaign=campaign, old=old, key=key)
        return asked.text if asked else None
    note = newest_checkpoint(session, campaign=campaign, key=key)
    return note.text if note else None
