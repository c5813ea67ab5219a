"""A parcel is made of the releases a receiving side has not had yet, and put into a folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.airgap.disk import write_whole
from survey.airgap.parcel import FIRST, SCORES, manifest_of, packed_parcel, signed
from survey.airgap.series import Sent, check_name, read_sent, release_of
from survey.exchange.document import frozen, note_export
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail
from survey.model import Campaign, Release
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.signature import key_id
from survey.verification.whole import require_whole

_MOST_RELEASES = 90  # what one archive holds beside its manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A parcel of the folder, and whether it was there already."""

    name: str
    digest: str
    was_there: bool


def make_parcel(site: Site, *, to: str, by: str) -> Sent | None:
    """Make the next parcel of a receiving side's series; None where it has had every release.

    It is on record before any file of it exists, and made again from that record.

    Raises Refused for a name that is none, and where a campaign is not what was sealed.
    """
    check_name(to)
    with site.database.reading() as session:
        codes = {campaign.code for campaign, _release in _unsent(session, to)}
    for code in sorted(codes):
        require_whole(site, code)
    with site.database.writing() as session:
        held = sa.select(Campaign).where(Campaign.code.in_(codes))
        campaigns = {campaign.id: campaign for campaign in session.scalars(held)}
        for each in sorted(campaigns):
            lock_tail(session, campaign_id=each)  # all of them before the audit's
        # Read again: another process may have sent meanwhile, or released in another campaign.
        found = [entry for entry in _unsent(session, to) if entry[0].id in campaigns]
        if not found:
            return None
        _record(session, site, to=to, found=found, by=by)
        for each in sorted(campaigns):
            seal_ledger(site, session, campaigns[each], "export")
    with site.database.reading() as session:
        return read_sent(session, to=to)[-1]


def content_of(session: Session, sent: Sent) -> bytes:
    """Return a parcel's file, to the byte as it was recorded.

    Raises Refused where the database does not hold any more what it was made of.
    """
    files = {}
    for code, number in sent.releases:
        document = frozen(release_of(session, code=code, number=number))
        files[f"{SCORES}{document.release_code}.json"] = document.text.encode()
    content = packed_parcel(sent.manifest, sent.signature, files)
    if hashlib.sha256(content).hexdigest() != sent.digest:
        raise Refused.of(
            file=sent.name,
            zh="按现有数据重做的传递包与当时发出的不同；数据被改动过，请先运行 survey verify",
            en="made again it is not what was sent: something was altered, run `survey verify`",
        )
    return content


def deliver(site: Site, *, to: str, folder: Path) -> list[Delivered]:
    """Put every parcel without a receipt into a folder; what is there already stays as it is.

    So a lost stick, or a run that was cut off, is made good by running it again.
    """
    delivered = []
    with site.database.reading() as session:
        for sent in read_sent(session, to=to):
            if sent.receipt is not None:
                continue
            content = content_of(session, sent)
            path = folder / sent.name
            was_there = path.is_file() and path.read_bytes() == content
            if not was_there:
                write_whole(path, content)
            delivered.append(Delivered(name=path.name, digest=sent.digest, was_there=was_there))
    return delivered


def _unsent(session: Session, to: str) -> list[tuple[Campaign, Release]]:
    """Return the releases that no parcel to this side holds, the oldest first."""
    had = {release for sent in read_sent(session, to=to) for release in sent.releases}
    query = sa.select(Campaign, Release).join(Release, Release.campaign_id == Campaign.id)
    rows = session.execute(query.order_by(Release.frozen_at, Release.id))
    found = [(campaign, each) for campaign, each in rows if (campaign.code, each.number) not in had]
    return found[:_MOST_RELEASES]


def _record(
    session: Session, site: Site, *, to: str, found: list[tuple[Campaign, Release]], by: str
) -> None:
    """Put the next parcel on record, with the leaving of each release in it."""
    key, at = site.keys.signing(), site.clock()
    before = read_sent(session, to=to)
    # Two offices may both send to a `city`: the key tells their series apart.
    series = before[-1].series if before else f"{to}-{key_id(key.public_key())}"
    files: dict[str, bytes] = {}
    for campaign, release in found:
        document = frozen(release)
        files[f"{SCORES}{document.release_code}.json"] = document.text.encode()
        note_export(
            session, campaign=campaign, document=document, name="parcel", by=by, clock=lambda: at
        )
    manifest = manifest_of(
        series=series,
        number=before[-1].number + 1 if before else 1,
        previous=before[-1].digest if before else FIRST,
        made_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        key=key.public_key(),
        files=files,
    )
    signature = signed(manifest, key)
    audit.record(
        session,
        by=by,
        at=at,
        action="parcel.send",
        subject=series,
        to=to,
        number=manifest["number"],
        digest=hashlib.sha256(packed_parcel(manifest, signature, files)).hexdigest(),
        releases=[[campaign.code, release.number] for campaign, release in found],
        manifest=manifest,
        signature=signature,
    )
