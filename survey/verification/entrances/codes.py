"""Codes issued, against the entries of the audit that say so."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.model import Campaign, Entrance
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

_ENTRANCE = cast(sa.Table, Entrance.__table__)

COLLECTED = "collected"

Batch = tuple[str, str, str, str, str, str]
_Said = tuple[Batch, int, str]


def check_codes(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find codes that nobody issued, and issued ones that are gone or another's."""
    of = _ENTRANCE.c
    query = (
        sa.select(
            *(of.kind, of.code, of.code_hash, of.unit_id, of.group_code, of.channel, of.issued_by),
            of.collected,
            sa.type_coerce(of.issued_at, sa.types.NullType()),  # read once a batch, below
        )
        .where(of.campaign_id == campaign.id)
        .order_by(of.id)
    )
    units = {entry.unit_id: entry.unit.code for entry in campaign.units}
    posters: set[str] = set()
    batches: defaultdict[Batch, list[str]] = defaultdict(list)
    moment = lru_cache(_moment)
    for kind, code, code_hash, unit_id, group, channel, by, collected, at in session.execute(query):
        if kind == "poster":
            posters.add(code)
        else:
            way = COLLECTED if collected else kind
            batch = (way, units.get(unit_id, ""), group, channel, by, moment(at))
            batches[batch].append(code_hash.hex())
    said = deeds.of(campaign, "poster.register")
    registered = {str(entry["detail"]["code"]) for entry in said}
    issued = [*_issued(deeds, campaign), *_collected(deeds, campaign)]
    return _posters(posters, registered) + _batches(batches, issued)


def _issued(deeds: Deeds, campaign: Campaign) -> Iterator[_Said]:
    """Yield what the audit says of codes: of which batch, how many, their digest."""
    for kind in ("invitation", "sitting"):
        for entry in deeds.of(campaign, f"{kind}.issue"):
            told = entry["detail"]
            unit = told["unit"] if kind == "invitation" else ""
            batch = (kind, unit, told["group"], told["channel"], entry["by"], _moment(entry["at"]))
            yield batch, told["count"], told.get("digest", "")


def _collected(deeds: Deeds, campaign: Campaign) -> Iterator[_Said]:
    """Yield the same of answers that were collected without codes."""
    deeds_done = (*deeds.of(campaign, "answer.collect"), *deeds.of(campaign, "answer.key"))
    for entry in sorted(deeds_done, key=lambda each: each["id"]):
        for told in entry["detail"]["without_code"]:
            where = (told["unit"], told["group"], told["channel"])
            batch = (COLLECTED, *where, entry["by"], _moment(entry["at"]))
            yield batch, told["count"], told["digest"]


def batch_digest(hashes: Sequence[str]) -> str:
    """Return what the audit says of the codes issued at once, which is not the codes."""
    return digest_of(sorted(hashes))


def _moment(stored: datetime | str) -> str:
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.astimezone(UTC).isoformat()


def _posters(found: set[str], said: set[str]) -> list[Problem]:
    if found == said:
        return []
    code = min(found ^ said)
    zh, en = ("没有登记记录", "was never registered") if code in found else ("被删除", "is gone")
    return [altered("codes", f"海报码 {code} {zh}", f"poster code {code} {en}")]


def _batches(found: Mapping[Batch, list[str]], said: Iterable[_Said]) -> list[Problem]:
    """Compare each batch with its entry; of one moment there may be several, in their order."""
    issued: defaultdict[Batch, list[tuple[int, str]]] = defaultdict(list)
    for batch, count, digest in said:
        issued[batch].append((count, digest))
    for batch in sorted(found.keys() | issued.keys()):
        held, start = found.get(batch, []), 0
        for count, digest in issued[batch]:
            part, start = held[start : start + count], start + count
            if digest and batch_digest(part) != digest:
                return [_differs(batch, len(held), issued[batch])]
        if start != len(held):
            return [_differs(batch, len(held), issued[batch])]
    return []


def _differs(batch: Batch, held: int, issued: Sequence[tuple[int, str]]) -> Problem:
    where, said = " ".join(batch[1:]), sum(count for count, _digest in issued)
    return altered(
        "codes",
        f"{where}：操作记录发出 {said} 个评议码，现有 {held} 个，或已被替换",
        f"{where}: the audit says {said} codes were issued, {held} are here, or others are",
    )
