"""Releasing: an appraisal's figures are frozen, signed and never changed, only superseded."""

import hashlib
import json

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal import score_document, signature
from survey.appraisal.runs import latest_appraisal, wait_for_turn
from survey.clock import Clock
from survey.ledger.book import read_frontier
from survey.model import Appraisal, Campaign, Release
from survey.problems import Problem, Refused


def freeze(
    session: Session, *, campaign: Campaign, by: str, clock: Clock, signing_key: Ed25519PrivateKey
) -> Release:
    """Freeze the newest appraisal as the campaign's next release.

    Raises Refused where nothing has been scored since the last release.
    """
    wait_for_turn(session, campaign=campaign)
    appraisal = latest_appraisal(session, campaign=campaign)
    if campaign.state != "scored" or appraisal is None:
        raise Refused([_not_scored(campaign)])
    previous = latest_release(session, campaign=campaign)
    release = Release(
        campaign_id=campaign.id,
        number=previous.number + 1 if previous else 1,
        appraisal_id=appraisal.id,
        supersedes_id=previous.id if previous else None,
        frozen_at=clock().replace(microsecond=0),
        frozen_by=by,
    )
    release.document = _document(session, campaign, appraisal, release, signing_key)
    release.digest = hashlib.sha256(release.document.encode()).hexdigest()
    session.add(release)
    campaign.state = "released"
    audit.record(
        session,
        by=by,
        at=release.frozen_at,
        action="campaign.release",
        subject=campaign.code,
        number=release.number,
        digest=release.digest,
    )
    session.flush()
    return release


def latest_release(session: Session, *, campaign: Campaign) -> Release | None:
    """Return the campaign's newest release, if there is one."""
    query = sa.select(Release).where(Release.campaign_id == campaign.id)
    return session.scalar(query.order_by(Release.number.desc()).limit(1))


def _document(
    session: Session,
    campaign: Campaign,
    appraisal: Appraisal,
    release: Release,
    signing_key: Ed25519PrivateKey,
) -> str:
    frontier = read_frontier(session, campaign_id=campaign.id)
    freezing = score_document.Freezing(
        number=release.number,
        frozen_at=release.frozen_at,
        supersedes=score_document.release_code(campaign, release.number - 1)
        if release.supersedes_id
        else None,
        ledger_size=frontier.size,
        ledger_root=frontier.root(),
    )
    composed = score_document.compose(campaign=campaign, appraisal=appraisal, freezing=freezing)
    signed = signature.sign(composed, signing_key)
    return json.dumps(signed.to_dict(), ensure_ascii=False, indent=1) + "\n"


def _not_scored(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh="没有尚未发布的计分结果；请先运行 survey score",
        en="there is no score that has not been released; run `survey score` first",
    )
