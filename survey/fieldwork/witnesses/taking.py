"""Cosignatures that come back from witnesses: checked against our heads, kept, on record."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.fieldwork.witnesses.standing import body_of
from survey.ledger.head import RECEIPT
from survey.ledger.notes.cosignature import Cosigned, cosigned
from survey.ledger.notes.note import COSIGNER, Malformed, SignatureLine, read_key
from survey.ledger.notes.note import read_lines as lines_in
from survey.ledger.notes.note import read_note as note_in
from survey.model import Campaign, Cosignature, TreeHead
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.office import WitnessNamed
from survey.site.identity import identity
from survey.site.installation import Site
from survey.two_persons.proposals import require_official


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A cosignature that holds: whose, and on which head."""

    witness: WitnessNamed
    head: TreeHead
    made: Cosigned


def take_cosignatures(
    session: Session, *, site: Site, campaign: Campaign, text: str, by: str
) -> list[Taken]:
    """Keep what witnesses of the scheme signed; what is there already is not kept twice.

    `text` is a checkpoint with the signatures below it, or signatures alone.

    Raises Refused where it is neither, of no head of this campaign, by nobody whom the scheme
    names, and where a signature of one it names does not hold.
    """
    require_official(session, username=by, action="campaign.run")
    held = sa.select(Campaign.id).where(Campaign.id == campaign.id)
    session.execute(held.with_for_update(key_share=True))
    found = list(_found(session, campaign, text))
    for taken in found:
        if not _is_kept(session, taken):
            _keep(session, site, campaign, taken, by=by)
    return found


def _found(session: Session, campaign: Campaign, text: str) -> Iterator[Taken]:
    named = scheme_of(campaign).witnesses.of
    body, lines = _read(text)
    heads = _heads(session, campaign, body)
    seen = 0
    for witness in named:
        key = read_key(witness.public_key, kind=COSIGNER)
        for line in (line for line in lines if key.made(line)):
            seen += 1
            hits = ((head, cosigned(said, line, key)) for head, said in heads)
            hit = next(((head, made) for head, made in hits if made is not None), None)
            if hit is None:
                raise _wrong(witness)
            yield Taken(witness=witness, head=hit[0], made=hit[1])
    if not seen:
        raise _nobody(lines, named)


def _read(text: str) -> tuple[str | None, tuple[SignatureLine, ...]]:
    """Return what is signed, where that is told, and the signatures."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").strip() + "\n"
    if "\n\n" in plain:
        note = note_in(plain)
        return note.body, note.lines
    try:
        return None, lines_in(plain)
    except Malformed as malformed:
        raise Malformed.of(
            zh="不是见证方签好的文件；应上传见证方 cosigned 文件夹里的文件，或扫描到的签名一行",
            en="is not what a witness signed; give the file from its folder `cosigned`, or the"
            " line with the signature as scanned",
        ) from malformed


def _heads(
    session: Session, campaign: Campaign, body: str | None
) -> Sequence[tuple[TreeHead, str]]:
    """Return the heads that may be meant, the newest first, with the text that is signed."""
    query = sa.select(TreeHead).where(
        TreeHead.campaign_id == campaign.id,
        TreeHead.occasion != RECEIPT,
        TreeHead.number.is_not(None),
    )
    installation = identity(session) or ""
    heads = [
        (head, said)
        for head in session.scalars(query.order_by(TreeHead.id.desc()))
        for said in [body_of(head, campaign, installation=installation)]
        if body is None or said == body
    ]
    if not heads:
        raise Refused.of(
            field=campaign.code,
            zh="见证方签的不是本次评议的总校验码；请核对是否拿错了文件",
            en="what was signed is no head of this campaign; is it another campaign's file?",
        )
    return heads


def _is_kept(session: Session, taken: Taken) -> bool:
    query = sa.select(Cosignature.id).where(
        Cosignature.head_id == taken.head.id,
        Cosignature.witness_key == taken.witness.public_key,
    )
    return session.scalar(query) is not None


def _keep(session: Session, site: Site, campaign: Campaign, taken: Taken, *, by: str) -> None:
    at = site.clock()
    row = Cosignature(
        head_id=taken.head.id,
        witness=taken.witness.name,
        witness_key=taken.witness.public_key,
        line=taken.made.line.text,
    )
    row.signed_at, row.taken_at, row.taken_by = taken.made.at, at, by
    session.add(row)
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="witness.take",
        subject=campaign.code,
        number=taken.head.number,
        size=taken.head.size,
        witness=row.witness,
        digest=hashlib.sha256(f"{row.witness_key}\n{row.line}".encode()).hexdigest(),
    )


def _wrong(witness: WitnessNamed) -> Refused:
    return Refused.of(
        field=witness.name,
        zh="签名不对：签的不是本次评议的总校验码，或传递中被改动；没有收下，请重新传一次",
        en="its signature does not hold: it is on no head of this campaign, or was changed on its"
        " way; nothing was taken, hand it over again",
    )


def _nobody(lines: Sequence[SignatureLine], named: Sequence[WitnessNamed]) -> Refused:
    signers = "、".join(line.name for line in lines)
    listed = "、".join(one.name for one in named)
    if not named:
        return Refused.of(
            zh="方案没有写明见证方，签名无处可记；见证方须在开启评议前写进方案",
            en="the scheme names no witness, so there is none to take it from; witnesses are"
            " named before the campaign opens",
        )
    return Refused.of(
        zh=f"没有方案里的见证方的签名：文件上是 {signers}，方案里是 {listed}",
        en=f"holds no signature of a witness of the scheme: it has {signers}, the scheme {listed}",
    )
