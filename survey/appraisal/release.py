"""Releasing: an appraisal's figures are frozen, signed and never changed, only superseded."""

import hashlib
import json

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal import score_document, signature
from survey.appraisal.record.scores import CodesIssued
from survey.appraisal.runs import latest_appraisal, wait_for_turn
from survey.clock import Clock
from survey.fieldwork.invitations.batches import codes_issued
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail, read_frontier
from survey.model import Appraisal, Campaign, Release
from survey.problems import Problem, Refused
from survey.two_persons.deeds import Deed, Done, Facts, Matter, Persons, Said
from survey.verification.whole import require_whole


def freeze(
    session: Session, *, campaign: Campaign, by: str, clock: Clock, signing_key: Ed25519PrivateKey
) -> Release:
    """Freeze the newest appraisal as the campaign's next release.

    Raises Refused where nothing has been scored since the last release.
    """
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
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
        appraisal=appraisal.id,
        content_digest=appraisal.content_digest,
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
        codes=tuple(
            CodesIssued(
                units=one.unit_codes,
                group_code=one.group_code,
                issued_by=one.issued_by,
                batches=one.batches,
                issued=one.issued,
                answered=one.answered,
            )
            for one in codes_issued(session, campaign=campaign)
        ),
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


def _basis(matter: Matter) -> Facts:
    campaign = matter.campaign
    newest = sa.select(Appraisal.id, Appraisal.plan_digest, Appraisal.data_digest)
    newest = newest.where(Appraisal.campaign_id == campaign.id).order_by(Appraisal.id.desc())
    run = matter.session.execute(newest.limit(1)).one_or_none()  # not all its figures
    if campaign.state != "scored" or run is None:
        raise Refused([_not_scored(campaign)])
    released = sa.select(sa.func.max(Release.number)).where(Release.campaign_id == campaign.id)
    return {
        "appraisal": run.id,
        "plan_digest": run.plan_digest,
        "data_digest": run.data_digest,
        "supersedes": matter.session.scalar(released),
    }


def _told(matter: Matter) -> list[Said]:
    facts = _basis(matter)
    number, before = (facts["supersedes"] or 0) + 1, facts["supersedes"]
    lines = [
        Said(
            zh=f"发布第 {number} 号结果：冻结并签名最近一次计分（第 {facts['appraisal']} 次运行），"
            "此后不能更改",
            en=f"release number {number}: freeze and sign the newest scores"
            f" (run {facts['appraisal']}), for good",
        ),
        Said(
            zh=f"方案校验值 {facts['plan_digest']}，答卷校验值 {facts['data_digest']}",
            en=f"plan {facts['plan_digest']}, answers {facts['data_digest']}",
        ),
    ]
    if before:
        lines.append(
            Said(zh=f"取代第 {before} 号发布，旧的仍可查", en=f"supersedes release {before}")
        )
    return lines


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    frozen = freeze(
        matter.session,
        campaign=matter.campaign,
        by=persons.approved_by,
        clock=matter.site.clock,
        signing_key=matter.site.keys.signing(),
    )
    seal_ledger(matter.site, matter.session, matter.campaign, "release")
    name = score_document.release_code(matter.campaign, frozen.number)
    return Done(
        said=Said(
            zh=f"已发布 {name}，数字从此不再改变。sha256 {frozen.digest}",
            en=f"{name} is released, its figures never change. sha256 {frozen.digest}",
        )
    )


RELEASE = Deed(
    kind="release.make",
    name=Said(zh="发布结果", en="Release"),
    propose="release.make",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    prepare=lambda matter: require_whole(matter.site, matter.campaign.code),
)
