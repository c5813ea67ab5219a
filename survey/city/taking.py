"""Counties' releases are taken in: signed by a key that is known, kept as they came."""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import KIND
from survey.city.keys import usable_keys
from survey.clock import Clock
from survey.model import CountyKey, CountyRelease
from survey.problems import Problem, Refused
from survey.verification.counties import release_facts, release_subject
from survey.verification.signature import holds, public_key

MOST_BYTES = 16_000_000
_UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError, RecursionError, binascii.Error),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file that shall be a county's release."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A county's release, and whether it was there already."""

    county: str
    release: CountyRelease
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A file whose signature holds by a key that is known."""

    offered: Offered
    document: ScoreDocument
    key: CountyKey

    @property
    def digest(self) -> str:
        return sha256(self.offered.content).hexdigest()


def take_releases(
    session: Session, *, offered: Sequence[Offered], by: str, clock: Clock
) -> list[Taken]:
    """Take files in, all of them or none.

    Raises Refused naming each that is unsigned, altered, signed by no confirmed key, older than
    what is there, another content of a number that is there, or invented among real ones.
    """
    keys, problems, read = usable_keys(session), list[Problem](), list[_Read]()
    taken: list[Taken] = []
    for each in offered:
        # What is there stays, also once its key was revoked.
        known = _known(session, each)
        if known is not None:
            taken.append(known)
            continue
        try:
            read.append(_read(each, keys))
        except Refused as refused:
            problems += refused.problems
    for found in sorted(read, key=_order):
        fault = next(_faults(session, found), None)
        if fault is not None:
            problems.append(fault)
            continue
        taken.append(_kept(session, found, by=by, clock=clock))
    if problems:
        raise Refused(problems)
    return taken


def _known(session: Session, offered: Offered) -> Taken | None:
    """Return the release that has these very bytes, if there is one."""
    query = sa.select(CountyRelease, CountyKey.county).join(
        CountyKey, CountyKey.id == CountyRelease.key_id
    )
    digest = sha256(offered.content).hexdigest()
    found = session.execute(query.where(CountyRelease.digest == digest)).first()
    return None if found is None else Taken(county=found[1], release=found[0], is_new=False)


def content_of(release: CountyRelease) -> ScoreDocument:
    """Return a county's release, read."""
    return ScoreDocument.from_dict(json.loads(release.document))


def _order(read: _Read) -> tuple[str, str, int]:
    return read.key.county, read.document.campaign.id, read.document.release.number


def _read(offered: Offered, keys: dict[str, CountyKey]) -> _Read:
    try:
        said = json.loads(offered.content.decode(), object_pairs_hook=_each_once)
        kind, signer = said["kind"], said["release"]["signature"]["public_key"]
        if kind != KIND:
            raise _no_release(offered)
        # By the key that was confirmed here; the one in the file only says which that may be.
        key = keys.get(signer)
        is_signed = key is not None and holds(said, public_key(key.public_key))
        document = ScoreDocument.from_dict(said)
        if not (isinstance(document.release.number, int) and document.release.number >= 1):
            raise _no_release(offered)
    except _UNREADABLE as error:
        raise _no_release(offered) from error
    if key is None:
        raise Refused.of(
            file=offered.name,
            zh="签名的公钥没有登记或没有确认；请先登记该县的公钥，由另一人确认",
            en="is signed by a key that is not named and confirmed here; name the county's key and"
            " let another person confirm it first",
        )
    if not is_signed:
        raise Refused.of(
            file=offered.name,
            zh=f"{key.county}的签名不对，内容被改动过；没有收下",
            en=f"the signature of {key.county} does not hold: it was altered, and is not taken",
        )
    return _Read(offered=offered, document=document, key=key)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a member written twice: readers differ in which they take, the signature sees one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _faults(session: Session, read: _Read) -> Iterator[Problem]:
    """Yield why a signed release is not taken beside what is there."""
    file, document = read.offered.name, read.document
    number = document.release.number
    before = _of_county(session, read.key.county, document.campaign.id)
    same = next((each for each in before if each.number == number), None)
    if same is not None:
        if same.digest != read.digest:
            yield Problem(
                file=file,
                zh=f"警告：{read.key.county}第 {number} 次发布已有一份，内容不同。"
                "请保留两份文件，立即与该县核对",
                en=f"ALARM: release {number} of {read.key.county} is there with other content;"
                " keep both files and ask the county at once",
            )
        return
    newest = before[-1] if before else None
    if newest is not None and number < newest.number:
        yield Problem(
            file=file,
            zh=f"比已收到的第 {newest.number} 次发布旧（本次第 {number} 次），没有收下",
            en=f"is older (number {number}) than the release {newest.number} that is there",
        )
    elif newest is not None and document.release.supersedes is None:
        yield Problem(
            file=file,
            zh=f"没有写明取代已收到的第 {newest.number} 次发布，没有收下",
            en=f"does not say that it supersedes the release {newest.number} that is there",
        )
    if _other_kind(session, simulated=document.simulated):
        yield Problem(
            file=file,
            zh="模拟数据与正式数据不能放在一起，没有收下",
            en="invented figures are never taken beside real ones",
        )


def _of_county(session: Session, county: str, campaign: str) -> list[CountyRelease]:
    query = sa.select(CountyRelease).join(CountyKey, CountyKey.id == CountyRelease.key_id)
    wanted = query.where(CountyKey.county == county, CountyRelease.campaign == campaign)
    return list(session.scalars(wanted.order_by(CountyRelease.number)))


def _other_kind(session: Session, *, simulated: bool) -> bool:
    first = session.scalar(sa.select(CountyRelease).order_by(CountyRelease.id).limit(1))
    return first is not None and content_of(first).simulated != simulated


def _kept(session: Session, read: _Read, *, by: str, clock: Clock) -> Taken:
    campaign, number = read.document.campaign.id, read.document.release.number
    for each in _of_county(session, read.key.county, campaign):
        if each.number == number:
            return Taken(county=read.key.county, release=each, is_new=False)
    release = CountyRelease(
        key_id=read.key.id,
        campaign=campaign,
        number=number,
        digest=read.digest,
        document=read.offered.content.decode(),
        taken_at=clock(),
        taken_by=by,
    )
    session.add(release)
    session.flush()
    told: dict[str, Any] = release_facts(release)
    audit.record(
        session,
        by=by,
        at=release.taken_at,
        action="county.take",
        subject=release_subject(release),
        county=read.key.county,
        **told,
    )
    return Taken(county=read.key.county, release=release, is_new=True)


def _no_release(offered: Offered) -> Refused:
    return Refused.of(
        file=offered.name,
        zh="不是已发布的得分文件（JSON）；请县里从得分页下载 JSON",
        en="is no document of released scores (JSON); ask the county for the JSON of its scores",
    )
