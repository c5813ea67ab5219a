"""Whether the database is the one the heads were signed over, as far as heads are known here.

Compared are the heads in the database, those in `heads.jsonl`, and those that came back from
outside. A database that lacks a head, or has another one in its place, is older than what was
signed or another history: nothing more may be written to it or signed over it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger import standing_words as words
from survey.ledger.book import Shelf, read_frontier
from survey.ledger.checker import FIRST, CheckFailed, Head, check_head, head_digest
from survey.ledger.head import Signed, key_id, public_key, published
from survey.ledger.heads_file import (
    HEADS_FILE,
    HeadsFile,
    append_head,
    mark_head,
    read_heads_file,
)
from survey.ledger.tree import root_of_first
from survey.ledger.witnessed import read_witnessed
from survey.model import Campaign, TreeHead
from survey.problems import Problem, Refused
from survey.site.installation import Site

_KEPT_IN_MIND = 16_384  # heads and signatures, so that looking again costs little

_COLUMNS = (
    *(TreeHead.campaign_id, TreeHead.size, TreeHead.root, TreeHead.signed_at, TreeHead.key_id),
    *(TreeHead.signature, TreeHead.version, TreeHead.number, TreeHead.previous, TreeHead.behind),
)


_verified: set[tuple[str, str]] = set()  # digests of heads, and the key that signed each


class ReadOnly(Refused):
    """Nothing may be written: the database is not the one the heads were signed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is wrong with the database as the heads tell it, and what else should be known."""

    alarms: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    clock: tuple[Problem, ...] = ()
    heads: tuple[Head, ...] = field(default=(), compare=False)

    def heads_of(self, campaign: Campaign) -> list[Head]:
        """Return all heads of a campaign that are believed, wherever they are kept."""
        return [head for head in self.heads if head["campaign"] == campaign.code]

    @property
    def told(self) -> tuple[Problem, ...]:
        """All there is to say."""
        return self.alarms + self.clock + self.notices

    @property
    def refusal(self) -> ReadOnly | None:
        """Why nothing may be written, if so."""
        return ReadOnly([words.read_only(), *self.alarms]) if self.alarms else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A head that is known outside the database, and the file it stands in."""

    head: Head
    digest: str
    file: str
    ours: bool

    @property
    def campaign(self) -> str:
        """The code of its campaign."""
        return str(self.head["campaign"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outside:
    """All that is known outside the database."""

    own: HeadsFile
    known: tuple[Known, ...]
    alarms: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def examine(
    session: Session, site: Site, *, only: Campaign | None = None, files: Sequence[Path] = ()
) -> Standing:
    """Compare the database with all heads known, of one campaign or of all.

    The files are read first: a head is in the database before it is marked as kept in the file.
    """
    outside = _read_outside(site, files)
    keys = known_keys(site)
    found = _campaigns(session, only)
    alarms = list(outside.alarms)
    notices = [*words.of_file(outside.own), *outside.notices]
    heads: list[Head] = []
    clock: list[Problem] = []
    for campaign in found:
        stored = heads_stored(session, campaign)
        mine = [known for known in outside.known if known.campaign == campaign.code]
        believed = _believed(mine, keys, alarms, notices)
        alarms += _chain(campaign, stored, keys)
        alarms += _compared(stored, believed)
        alarms += _grown(session, campaign, stored)
        if campaign.state == "open" and stored and stored[-1].head.get("behind"):
            clock.append(words.clock_behind(stored[-1].head))
        seen = {each.digest: each.head for each in stored}
        heads += (seen | {each.digest: each.head for each in believed}).values()
    if only is None:
        codes = {campaign.code for campaign in found}
        strangers = [known for known in outside.known if known.campaign not in codes]
        alarms += _campaigns_gone(_believed(strangers, keys, [], []))
    return Standing(
        alarms=tuple(alarms), notices=tuple(notices), clock=tuple(clock), heads=tuple(heads)
    )


def settle(session: Session, site: Site) -> None:
    """Bring `heads.jsonl` up to a database that agrees with it.

    Heads that it lacks are written back, and said to be; heads whose commit it did not live to
    see are marked as kept.
    """
    path = site.settings.home / HEADS_FILE
    own, at = read_heads_file(path), site.clock()
    for campaign in _campaigns(session, None):
        for each in heads_stored(session, campaign):
            if each.digest not in own.heads:
                append_head(path, each.head)
                mark_head(path, each.head, "filled", at=at)
            elif not own.is_kept(each.digest):
                mark_head(path, each.head, "kept", at=at)


def require(session: Session, site: Site, *, only: Campaign | None = None) -> None:
    """Raise ReadOnly where the database is not the one the heads were signed over."""
    refusal = examine(session, site, only=only).refusal
    if refusal is not None:
        raise refusal


def heads_stored(session: Session, campaign: Campaign) -> list[Signed]:
    """Return a campaign's heads as published, the oldest first, read without their objects."""
    query = (
        sa.select(*_COLUMNS, sa.type_coerce(TreeHead.records, sa.Text()).label("records"))
        .where(TreeHead.campaign_id == campaign.id)
        .order_by(TreeHead.id)
    )
    return [_head(campaign.code, *row) for row in session.execute(query)]


@lru_cache(maxsize=_KEPT_IN_MIND)
def _head(code: str, *row: Any) -> Signed:
    *values, records = row
    head = TreeHead(**{column.key: value for column, value in zip(_COLUMNS, values, strict=True)})
    head.records = None if records is None else json.loads(records)
    said = published(head, Campaign(code=code))
    return Signed(said, head_digest(said))


def _read_outside(site: Site, files: Sequence[Path]) -> _Outside:
    alarms: list[Problem] = []
    try:
        own = read_heads_file(site.settings.home / HEADS_FILE)
    except OSError as error:
        own = HeadsFile(heads={}, marks={}, filled_at="", torn=())
        alarms.append(words.unreadable(error))
    seen = read_witnessed(site.settings.heads_witnessed, files)
    return _Outside(
        own=own,
        known=(
            *(
                Known(head=head, digest=digest, file=HEADS_FILE, ours=True)
                for digest, head in own.kept.items()
            ),
            *(
                Known(head=head, digest=head_digest(head), file=file, ours=False)
                for file, head in seen.heads
            ),
        ),
        alarms=tuple(alarms),
        notices=seen.problems,
    )


def known_keys(site: Site) -> dict[str, str]:
    """Return the public keys that may have signed our heads, by their short names."""
    keys = (public_key(site.keys.signing()), *site.settings.former_keys)
    return {key_id(key): key for key in keys}


def _campaigns(session: Session, only: Campaign | None) -> list[Campaign]:
    if only is not None:
        return [only]
    signed = sa.select(TreeHead.campaign_id)
    query = sa.select(Campaign).where(sa.or_(Campaign.state != "draft", Campaign.id.in_(signed)))
    return list(session.scalars(query.order_by(Campaign.id)))


def _believed(
    known: Iterable[Known],
    keys: dict[str, str],
    alarms: list[Problem],
    notices: list[Problem],
) -> list[Known]:
    """Return the heads this installation's keys signed; tell the others.

    A false head in a file from outside is nobody's word; in our own file it is an alarm.
    """
    believed, other_keys = [], set[str]()
    for each in known:
        if each.head["key_id"] not in keys:
            if each.head["key_id"] not in other_keys:
                alarms.append(words.another_key(each.head, each.file))
            other_keys.add(each.head["key_id"])
        elif not _holds(each, keys):
            (alarms if each.ours else notices).append(words.false_signature(each.head, each.file))
        else:
            believed.append(each)
    return believed


def _holds(each: Known | Signed, keys: dict[str, str]) -> bool:
    key = keys[each.head["key_id"]]
    if (each.digest, key) in _verified:
        return True
    try:
        check_head(each.head, key)
    except CheckFailed:
        return False
    if len(_verified) >= _KEPT_IN_MIND:
        _verified.clear()
    _verified.add((each.digest, key))
    return True


def _chain(campaign: Campaign, stored: Sequence[Signed], keys: dict[str, str]) -> list[Problem]:
    """Follow the chain in the database itself: signatures, numbers, each naming the one before."""
    before = FIRST
    for number, each in enumerate(stored, start=1):
        head = each.head
        if head["key_id"] not in keys:
            return [words.another_key(head, words.DATABASE)]
        if not _holds(each, keys):
            return [words.false_signature(head, words.DATABASE)]
        if head["version"] > 1 and (head["number"], head["previous"]) != (number, before):
            return [words.broken_chain(campaign.code, head, number)]
        before = each.digest
    return []


def _compared(stored: Sequence[Signed], known: Sequence[Known]) -> list[Problem]:
    """Compare the heads in the database with those known outside it."""
    have = {each.digest for each in stored}
    places = {each.head["number"]: each.head for each in stored if each.head["version"] > 1}
    missing = [each for each in known if each.digest not in have]
    forked = [each for each in missing if each.head.get("number") in places]
    lost = [each for each in missing if each not in forked]
    told = []
    if forked:
        first = min(forked, key=lambda each: each.head["number"])
        told.append(words.forked(first.head, first.file, places[first.head["number"]]))
    if lost:
        last = max(lost, key=lambda each: (each.head.get("number", 0), each.head["size"]))
        newest = stored[-1].head if stored else None
        told.append(words.older(last.head, last.file, n=len(lost), newest=newest))
    return told


def _grown(session: Session, campaign: Campaign, stored: Sequence[Signed]) -> list[Problem]:
    """Compare the ledger with the newest head in the database."""
    if not stored:
        return []
    head = stored[-1].head
    size = read_frontier(session, campaign_id=campaign.id).size
    if size < head["size"]:
        return [words.shrunk(head, size)]
    shelf = Shelf(session, campaign_id=campaign.id)
    try:
        root = root_of_first(shelf.perfect, size=head["size"])
    except (IndexError, ValueError):  # leaves are missing
        return [words.rewritten(head)]
    return [] if root.hex() == head["root"] else [words.rewritten(head)]


def _campaigns_gone(known: Sequence[Known]) -> list[Problem]:
    newest: dict[str, Known] = {each.campaign: each for each in known}
    return [words.campaign_gone(each.head, each.file) for each in newest.values()]
