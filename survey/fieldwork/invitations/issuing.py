"""One-time codes, each for one unit or for several in one sitting, and who gets them."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.clock import Clock
from survey.draw.drawn_from import DrawnFrom, told
from survey.fieldwork.entrances import check_asked, check_issue, invitation_hash, not_past
from survey.fieldwork.invitations.addressees import invited_to_rate
from survey.fieldwork.invitations.committing import commit_added
from survey.fieldwork.invitations.covered import wrong_number
from survey.fieldwork.invitations.invited import Invited
from survey.forms.questionnaire import MOST_UNITS
from survey.model import Campaign, CampaignUnit, CodeBatch, CoveredUnit, Entrance
from survey.problems import Refused
from survey.verification.entrances.codes import batch_digest

# Rows as they are: by way of the model they keep residents waiting three times as long.
_ENTRANCE = cast(sa.Table, Entrance.__table__)
_COVERED = cast(sa.Table, CoveredUnit.__table__)
_MOST_CODES = 20_000
_MOST_FOR_SEVERAL = 2_000  # deputies and grass-roots units of a county are fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Codes in clear, for the only time, and who gets them; they open nothing until stored."""

    codes: list[str]
    invited: Invited
    hashes: list[bytes]
    units: tuple[CampaignUnit, ...]
    group_code: str
    channel: str
    until: date | None
    drawn: DrawnFrom | None = None


def prepare_batch(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    group_code: str,
    channel: str,
    count: int,
    lang: str,
    until: date | None,
    key: bytes,
    clock: Clock,
    asked: str = "",
    drawn: DrawnFrom | None = None,
) -> Prepared:
    """Draw codes that shall each open all of the units, and say in a language who gets them.

    What is `asked` for by the same words draws the same codes, so that a form sent twice is one
    batch. Whoever hands them over puts them on paper first and stores them then, for typesetting
    takes longer than residents should wait for the database. The stratum their holders were `drawn`
    from stays with the batch. Raises Refused as `store_batch` does.
    """
    check_batch(session, campaign, units, group_code=group_code, channel=channel, count=count)
    invited = invited_to_rate(
        campaign,
        [taking_part.unit for taking_part in units],
        group_code=group_code,
        channel=channel,
        lang=lang,
        at=clock(),
        until=until,
    )
    clear = _draw(count, key, asked)
    return Prepared(
        codes=clear,
        invited=invited,
        hashes=[invitation_hash(key, code) for code in clear],
        units=tuple(units),
        group_code=group_code,
        channel=channel,
        until=until,
        drawn=drawn,
    )


def store_batch(
    session: Session,
    prepared: Prepared,
    *,
    campaign: Campaign,
    by: str,
    clock: Clock,
    reason: str = "",
    made_by: str = "",
) -> None:
    """Let prepared codes open their units, until the end of their day, else of the campaign.

    Those added to an open campaign are committed as added, for a `reason` that becomes public.
    `made_by` is the second body that made them, where one did.

    Raises Refused for a channel that invites nobody, a group never asked, a wrong count or number
    of units, or a day outside the campaign.
    """
    group_code, channel, units = prepared.group_code, prepared.channel, prepared.units
    count = len(prepared.hashes)
    check_batch(session, campaign, units, group_code=group_code, channel=channel, count=count)
    several, at = len(units) > 1, _own_moment(session, campaign, clock())
    kind = "sitting" if several else "invitation"
    common = {
        "kind": kind,
        "campaign_id": campaign.id,
        "unit_id": None if several else units[0].unit_id,
        "group_code": group_code,
        "channel": channel,
        "place": "",
        "issued_at": at,
        "issued_by": by,
        "expires_at": not_past(campaign, prepared.until, at),
    }
    rows = [common | {"code_hash": code_hash} for code_hash in prepared.hashes]
    first = _store(session, rows, covering=units if several else ())
    batch = {name: value for name, value in common.items() if name != "place"}
    session.add(CodeBatch(**batch, first_code=first, issued=count))
    session.flush()
    added = commit_added(session, campaign=campaign, first_code=first, at=at, reason=reason)
    audit.record(
        session,
        by=by,
        at=at,
        action=f"{kind}.issue",
        subject=campaign.code,
        **{"units" if several else "unit": ",".join(each.unit.code for each in units)},
        group=group_code,
        channel=channel,
        count=count,
        digest=batch_digest([each.hex() for each in prepared.hashes]),
        **added,
        **({"made_by": made_by} if made_by else {}),
        **_of_the_draw(prepared.drawn),
    )


def _of_the_draw(drawn: DrawnFrom | None) -> dict[str, Any]:
    """Return what an entry says of the draw: how many of how many of a stratum, and nobody."""
    return {"drawn": told(drawn)} if drawn else {}


def _own_moment(session: Session, campaign: Campaign, at: datetime) -> datetime:
    """Return the first moment from this one on at which no batch was issued: batches go by it."""
    query = sa.select(CodeBatch.issued_at).where(
        CodeBatch.campaign_id == campaign.id, CodeBatch.issued_at >= at
    )
    taken = set(session.scalars(query))
    while at in taken:
        at += timedelta(microseconds=1)
    return at


def issue_codes(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    group_code: str,
    channel: str,
    count: int,
    by: str,
    clock: Clock,
    key: bytes,
    until: date | None = None,
) -> list[str]:
    """Prepare codes and store them at once, where nothing is put on paper; return them in clear."""
    prepared = prepare_batch(
        session,
        campaign=campaign,
        units=units,
        group_code=group_code,
        channel=channel,
        count=count,
        lang="zh",
        until=until,
        key=key,
        clock=clock,
    )
    store_batch(session, prepared, campaign=campaign, by=by, clock=clock)
    return prepared.codes


def is_issued(session: Session, prepared: Prepared) -> bool:
    """Say whether prepared codes open something already: the same form was sent before.

    Raises Refused where they were withdrawn since.
    """
    return _stored(session, prepared.hashes[0]) is not None


def n_issued(session: Session, *, key: bytes, asked: str) -> int:
    """Return how many codes were issued that the same words asked for; 0 where none were."""
    first = _stored(session, invitation_hash(key, _draw(1, key, asked)[0])) if asked else None
    return session.get_one(CodeBatch, first.id).issued if first else 0


def _stored(session: Session, code_hash: bytes) -> Entrance | None:
    found = session.scalar(sa.select(Entrance).where(Entrance.code_hash == code_hash))
    if found is None:
        return None
    gone = sa.select(sa.exists().where(found.issued_with(), Entrance.withdrawn_at.is_not(None)))
    if session.scalar(gone):
        raise Refused.of(
            zh="这一批评议码已停用，不再给出文件；要另发一批，请先刷新本页",
            en="this batch of codes is withdrawn and not handed out again; reload the page to"
            " issue another",
        )
    return found


def _draw(count: int, key: bytes, asked: str) -> list[str]:
    secret = hmac.digest(key, b"batch:" + asked.encode(), "sha256")
    draw = codes.drawn_from(secret) if asked else secrets.token_bytes
    return [codes.checked_code(codes.PERSONAL_LENGTH, draw) for _ in range(count)]


def check_batch(
    session: Session,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    *,
    group_code: str,
    channel: str,
    count: int,
) -> None:
    """Refuse codes that could not be stored: see `store_batch`."""
    if not 1 <= len(units) <= MOST_UNITS:
        raise Refused([wrong_number(len(units))])
    for taking_part in units:
        check_asked(session, campaign, taking_part.unit, group_code)
    most = _MOST_FOR_SEVERAL if len(units) > 1 else _MOST_CODES
    check_issue(campaign, channel, count, most=most)


def _store(
    session: Session, rows: Sequence[dict[str, Any]], *, covering: Sequence[CampaignUnit]
) -> int:
    """Store invitations, and for those to a sitting the units they cover; return the first."""
    if not covering:
        session.connection().execute(_ENTRANCE.insert(), rows)
        of_first = sa.select(Entrance.id).where(Entrance.code_hash == rows[0]["code_hash"])
        return session.scalars(of_first).one()
    made = session.connection().execute(_ENTRANCE.insert().returning(_ENTRANCE.c.id), rows)
    ids: list[int] = list(made.scalars())
    covered = [
        {"invitation_id": id_, "unit_id": each.unit_id, "campaign_id": each.campaign_id}
        for id_ in ids
        for each in covering
    ]
    session.connection().execute(_COVERED.insert(), covered)
    return min(ids)
