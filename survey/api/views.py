"""The addresses below `/api/v1`."""

import base64
import hashlib
import json
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from survey.api import asking, openapi, reading
from survey.api.door import receiver, tell_allowance, token_needed
from survey.api.faults import KINDS, ApiFault, answer, fault
from survey.exchange.document import find_document, note_export
from survey.exchange.files import FORMATS
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.sealing import seal_ledger
from survey.model import Campaign, Release
from survey.receivers import acknowledgements
from survey.receivers.limiting import A_MINUTE
from survey.receivers.tokens import signed_by
from survey.verification.whole import require_whole
from survey.web.alterations import Altered
from survey.web.request import language, site

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(ApiFault, answer)
blueprint.after_request(tell_allowance)

_MOST_RELEASES = 999_999


@blueprint.get("/")
def reference() -> str:
    asking.known_parameters("lang")
    return render_template(
        "api/reference.html",
        document=openapi.document(),
        kinds=KINDS.values(),
        a_minute=A_MINUTE,
        other="zh" if language() == "en" else "en",
    )


@blueprint.get("/openapi.json")
def described() -> Response:
    asking.known_parameters()
    return _json(openapi.document())


@blueprint.get("/score-document.schema.json")
def score_schema() -> Response:
    asking.known_parameters()
    return _json(SCORE_DOCUMENT)


@blueprint.get("/campaigns")
@token_needed(parameters=("limit", "cursor"))
def campaigns() -> Response:
    asked = asking.page_asked()
    with site().database.reading() as session:
        return _json(reading.campaigns_for(session, token=receiver(), asked=asked))


@blueprint.get("/campaigns/<code>/progress")
@token_needed("progress", parameters=("limit", "cursor"))
def progress(code: str) -> Response:
    asked = asking.page_asked()
    with site().database.reading() as session:
        campaign = _campaign(session, code)
        at = site().clock()
        return _json(reading.progress_content(session, campaign=campaign, asked=asked, at=at))


@blueprint.get("/campaigns/<code>/scores")
@token_needed("scores", parameters=("number",))
def scores(code: str) -> Response:
    number = asking.number_asked("number", most=_MOST_RELEASES)
    with site().database.reading() as session:
        campaign = _campaign(session, code)
        if number is None:
            release = reading.release_in_force(session, campaign)
        else:
            release = reading.release_numbered(session, campaign, number)
        if release is None:
            raise _no_release()
    if request.if_none_match.contains(release.digest):
        return _kept(Response(status=304), release.digest)
    content = _delivered(campaign, release)
    response = Response(content, content_type="application/json")
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return _kept(response, release.digest)


@blueprint.get("/releases/<release_id>")
@token_needed("scores")
def release(release_id: str) -> Response:
    with site().database.reading() as session:
        campaign, found = _release(session, release_id)
        in_force = reading.release_in_force(session, campaign)
        said = acknowledgements.of_token(session, token=receiver(), release=found)
        return _json(
            reading.release_content(campaign, found, in_force=in_force or found, acknowledged=said)
        )


@blueprint.post("/releases/<release_id>/acknowledgement")
@token_needed("acknowledge")
def acknowledgement(release_id: str) -> Response:
    with site().database.reading() as session:
        campaign, found = _release(session, release_id)
    told = asking.acknowledgement_told()
    with site().database.writing() as session:
        said, is_new = acknowledgements.acknowledge(
            session,
            token=receiver(),
            campaign=campaign,
            release=found,
            told=told,
            clock=site().clock,
        )
    content = json.dumps(reading.acknowledgement_content(said), ensure_ascii=False, indent=1)
    return Response(content, status=201 if is_new else 200, content_type="application/json")


def _delivered(campaign: Campaign, release: Release) -> bytes:
    """Return the bytes of a release once all it stands on was looked at, and leave it on record."""
    try:
        require_whole(site(), campaign.code)
    except Altered:
        raise fault(
            "records-altered",
            en="Nothing is given out until the office has restored what was sealed.",
            zh="绩效办恢复封存的内容以前，不提供得分。",
            Retry_After="600",
        ) from None
    with site().database.writing() as session:
        campaign = session.get_one(Campaign, campaign.id)
        document = find_document(session, campaign=campaign, number=release.number)
        if request.method == "GET":
            note_export(
                session,
                campaign=campaign,
                document=document,
                name="json",
                by=signed_by(receiver()),
                clock=site().clock,
            )
            seal_ledger(site(), session, campaign, "export")
    return FORMATS["json"].write(document)


def _campaign(session: Session, code: str) -> Campaign:
    found = reading.campaign_for(session, token=receiver(), code=code)
    if found is None:
        raise _nothing()
    return found


def _release(session: Session, release_id: str) -> tuple[Campaign, Release]:
    found = reading.release_for(session, token=receiver(), code=release_id)
    if found is None:
        raise _nothing()
    return found


def _nothing() -> ApiFault:
    return fault(
        "not-found",
        en="There is none of this name among those the token is for.",
        zh="令牌可以读取的内容里没有这一项。",
    )


def _no_release() -> ApiFault:
    return fault(
        "no-release",
        en="The scores have not been released yet; ask again later.",
        zh="结果尚未发布，请以后再来。",
    )


def _json(content: dict[str, Any]) -> Response:
    """Return JSON that need not be sent again to whoever has it."""
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    response = Response(body, content_type="application/json")
    _kept(response, hashlib.sha256(body).hexdigest())
    response.make_conditional(request)
    return response


def _kept(response: Response, digest: str) -> Response:
    response.set_etag(digest)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response
