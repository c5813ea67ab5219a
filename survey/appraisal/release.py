"""Releasing: an appraisal's figures are frozen, signed and never changed, only superseded."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal import score_document, signature
from survey.appraisal.appeals.standing import n_undecided
from survey.appraisal.on_site.counted import counted_visits
from survey.appraisal.record.scores import (
    AppealGranted,
    CodesIssued,
    CodesWithdrawn,
    OnSiteDeductions,
)
from survey.appraisal.reporting.accounts import accounts_let_in
from survey.appraisal.reporting.facts import reported
from survey.appraisal.reporting.units import reported_of_units
from survey.appraisal.reporting.witnesses import witnessed
from survey.appraisal.runs import read_record, wait_for_turn
from survey.fieldwork.invitations.batches import codes_issued
from survey.fieldwork.sealing import seal_ledger
from survey.fieldwork.witnesses.standing import require_witnessed
from survey.ledger.book import lock_tail, read_frontier
from survey.model import Appraisal, Campaign, ProgressCounter, Release, Unit
from survey.problems import Problem, Refused
from survey.receivers.outbox import put_in_outbox
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said
from survey.verification.whole import require_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class RestsOn:
    """What a release is made of; nothing of it changes while a scored campaign is left alone."""

    appraisal_id: int
    content_digest: str
    number: int
    supersedes_id: int | None
    ledger_size: int
    ledger_root: bytes
    on_site: OnSiteDeductions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A release written and signed while residents have the database for themselves."""

    rests_on: RestsOn
    frozen_at: datetime
    document: str
    appeal: AppealGranted | None = None


def compose(
    session: Session,
    *,
    campaign: Campaign,
    at: datetime,
    signing_key: Ed25519PrivateKey,
    appeal: AppealGranted | None = None,
) -> Composed:
    """Write and sign the campaign's next release from its newest appraisal, naming an appeal.

    Raises Refused where nothing has been scored since the last release, and where fewer witnesses
    than the plan requires have signed all answers.
    """
    rests_on, at = _rests_on(session, campaign), at.replace(microsecond=0)
    document = _document(session, campaign, rests_on, at=at, signing_key=signing_key, appeal=appeal)
    return Composed(rests_on=rests_on, frozen_at=at, document=document, appeal=appeal)


def freeze(session: Session, composed: Composed, *, campaign: Campaign, by: str) -> Release:
    """Make what was composed the campaign's next release.

    Raises Refused where nothing has been scored since the last release, and where it was
    composed of what is no longer so.
    """
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    rests_on = _rests_on(session, campaign)
    if rests_on != composed.rests_on:
        raise Refused([_moved_on(campaign)])
    release = Release(
        campaign_id=campaign.id,
        number=rests_on.number,
        appraisal_id=rests_on.appraisal_id,
        supersedes_id=rests_on.supersedes_id,
        frozen_at=composed.frozen_at,
        frozen_by=by,
        document=composed.document,
        digest=hashlib.sha256(composed.document.encode()).hexdigest(),
    )
    session.add(release)
    campaign.state = "released"
    session.flush()
    # Here, so that no release is without what is to be sent of it, whatever stops a moment later.
    addresses = put_in_outbox(session, campaign=campaign, release=release, at=release.frozen_at)
    audit.record(
        session,
        by=by,
        at=release.frozen_at,
        action="campaign.release",
        subject=campaign.code,
        number=release.number,
        digest=release.digest,
        appraisal=rests_on.appraisal_id,
        content_digest=rests_on.content_digest,
        **({"appeal": composed.appeal.number} if composed.appeal else {}),
        **({"addresses": addresses} if addresses else {}),
    )
    return release


def latest_release(session: Session, *, campaign: Campaign) -> Release | None:
    """Return the campaign's newest release, if there is one."""
    query = sa.select(Release).where(Release.campaign_id == campaign.id)
    return session.scalar(query.order_by(Release.number.desc()).limit(1))


def _rests_on(session: Session, campaign: Campaign) -> RestsOn:
    newest = sa.select(Appraisal.id, Appraisal.content_digest)  # not all its figures
    newest = newest.where(Appraisal.campaign_id == campaign.id).order_by(Appraisal.id.desc())
    run = session.execute(newest.limit(1)).one_or_none()
    if campaign.state != "scored" or run is None:
        raise Refused([_not_scored(campaign)])
    released = sa.select(Release.id, Release.number).where(Release.campaign_id == campaign.id)
    previous = session.execute(released.order_by(Release.number.desc()).limit(1)).one_or_none()
    require_witnessed(session, campaign=campaign)
    frontier = read_frontier(session, campaign_id=campaign.id)
    return RestsOn(
        appraisal_id=run.id,
        content_digest=run.content_digest,
        number=previous.number + 1 if previous else 1,
        supersedes_id=previous.id if previous else None,
        ledger_size=frontier.size,
        ledger_root=frontier.root(),
        on_site=counted_visits(session, campaign=campaign),
    )


def _document(
    session: Session,
    campaign: Campaign,
    rests_on: RestsOn,
    *,
    at: datetime,
    signing_key: Ed25519PrivateKey,
    appeal: AppealGranted | None,
) -> str:
    appraisal = session.get_one(Appraisal, rests_on.appraisal_id)
    record = read_record(appraisal)
    freezing = score_document.Freezing(
        number=rests_on.number,
        frozen_at=at,
        supersedes=score_document.release_code(campaign, rests_on.number - 1)
        if rests_on.supersedes_id
        else None,
        ledger_size=rests_on.ledger_size,
        ledger_root=rests_on.ledger_root,
        codes=tuple(
            CodesIssued(
                units=one.unit_codes,
                group_code=one.group_code,
                issued_by=one.issued_by,
                batches=one.batches,
                issued=one.issued,
                answered=one.answered,
                withdrawn=CodesWithdrawn(batches=one.batches_withdrawn, codes=one.withdrawn)
                if one.batches_withdrawn
                else None,
            )
            for one in codes_issued(session, campaign=campaign)
        ),
        accounts=accounts_let_in(session, campaign=campaign),
        sources=_sources(session, campaign),
        reported=reported(campaign, record),
        reported_of_units=reported_of_units(
            session, campaign=campaign, appraisal=appraisal, record=record
        ),
        appeal=appeal,
        on_site=rests_on.on_site,
        witnesses=witnessed(session, campaign=campaign, key=signing_key),
    )
    composed = score_document.compose(campaign=campaign, appraisal=appraisal, freezing=freezing)
    signed = signature.sign(composed, signing_key)
    return json.dumps(signed.to_dict(), ensure_ascii=False, indent=1) + "\n"


def _sources(session: Session, campaign: Campaign) -> dict[tuple[str, str], int]:
    """Return from how many sources each group's answers about a unit came."""
    counted = (
        sa.select(Unit.code, ProgressCounter.group_code, sa.func.sum(ProgressCounter.sources))
        .join(Unit, Unit.id == ProgressCounter.unit_id)
        .where(ProgressCounter.campaign_id == campaign.id)
        .group_by(Unit.code, ProgressCounter.group_code)
    )
    return {(unit, group): int(n) for unit, group, n in session.execute(counted)}


def _not_scored(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh="没有尚未发布的计分结果；请先运行 survey score",
        en="there is no score that has not been released; run `survey score` first",
    )


def _contested(campaign: Campaign) -> Problem:
    """Say that a change is released by the decision it was made for, which names the appeal."""
    return Problem(
        field=campaign.code,
        zh="还有申诉没有答复；请先在“申诉”页面答复，得分有变化的，答复时同时发布并写明因哪一号申诉",
        en="an appeal is not decided; decide on it under Appeals: where scores change that makes"
        " the release, which names the appeal",
    )


def _moved_on(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh="准备期间计分或答卷有了变化，没有发布；请再办理一次",
        en="scores or answers changed while it was being prepared; not released, do it again",
    )


def _basis(matter: Matter) -> Facts:
    campaign = matter.campaign
    newest = sa.select(Appraisal.id, Appraisal.plan_digest, Appraisal.data_digest)
    newest = newest.where(Appraisal.campaign_id == campaign.id).order_by(Appraisal.id.desc())
    run = matter.session.execute(newest.limit(1)).one_or_none()  # not all its figures
    if campaign.state != "scored" or run is None:
        raise Refused([_not_scored(campaign)])
    if n_undecided(matter.session, campaign=campaign):
        raise Refused([_contested(campaign)])
    require_witnessed(matter.session, campaign=campaign)
    released = sa.select(sa.func.max(Release.number)).where(Release.campaign_id == campaign.id)
    visits = counted_visits(matter.session, campaign=campaign)
    return {
        "appraisal": run.id,
        "plan_digest": run.plan_digest,
        "data_digest": run.data_digest,
        "supersedes": matter.session.scalar(released),
        **({"visits": visits.digest, "n_visits": visits.n_visits} if visits else {}),
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
    if "visits" in facts:
        lines.append(
            Said(
                zh=f"察访核验扣分单列：已确认的 {facts['n_visits']} 次，校验值 {facts['visits']}",
                en=f"deductions of {facts['n_visits']} confirmed visits, a line of their own:"
                f" {facts['visits']}",
            )
        )
    if before:
        lines.append(
            Said(zh=f"取代第 {before} 号发布，旧的仍可查", en=f"supersedes release {before}")
        )
    return lines


def prepare_release(matter: Matter, appeal: AppealGranted | None = None) -> Composed:
    """Write and sign the next release of a campaign whose records are whole.

    Raises Altered where they are not, and Refused where nothing was scored since the last release.
    """
    require_whole(matter.site, matter.campaign.code)
    return compose(
        matter.session,
        campaign=matter.campaign,
        at=matter.site.clock(),
        signing_key=matter.site.keys.signing(),
        appeal=appeal,
    )


def _carry_out(matter: Matter, persons: Persons, prepared: Composed) -> Done:
    frozen = freeze(matter.session, prepared, campaign=matter.campaign, by=persons.approved_by)
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
    prepare=prepare_release,
    # Whoever has the old figures must be told why they are not the figures any more.
    needs_reason=lambda basis: basis["supersedes"] is not None,
)
