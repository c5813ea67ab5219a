"""Signing: a head over what a transaction leaves behind, stored in that very transaction.

The head goes into `heads.jsonl` and onto the disk before the commit, so that no deed stands
without its seal; it is marked as kept, and leaves the machine, after the commit.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.ledger.book import lock_tail, read_frontier
from survey.ledger.checker import Head
from survey.ledger.head import (
    RECEIPT,
    clock_of,
    newest_head,
    next_head,
    published,
)
from survey.ledger.heads_file import HEADS_FILE, Mark, append_head, mark_head
from survey.ledger.leaving import hand_over
from survey.ledger.records import record_digests
from survey.ledger.standing import require
from survey.model import Campaign, TreeHead
from survey.problems import Refused
from survey.site.installation import Site

DAY = "day"

_NOTHING: Mapping[str, str] = {}
_FRESH = timedelta(minutes=1)
_LOG = logging.getLogger(__name__)


def seal(
    session: Session,
    site: Site,
    *,
    campaign: Campaign,
    occasion: str,
    amended: Mapping[str, str] = _NOTHING,
) -> TreeHead:
    """Sign what is on record now, as the last act of the caller's transaction.

    What the opening fixed is taken over from the head before; what the deed `amended` of it, and
    says so in the audit, is given with its new digest.

    Raises ReadOnly where the database is not the one that was signed over before, and Refused
    where the head cannot be put on the disk; either way the deed is undone with its seal.
    """
    frontier = lock_tail(session, campaign_id=campaign.id).frontier
    require(session, site, only=campaign)
    session.flush()
    before = newest_head(session, campaign=campaign)
    sealed = {**((before.records if before else None) or {}), **amended}
    head = next_head(
        session,
        campaign=campaign,
        frontier=frontier,
        records=record_digests(session, campaign, sealed=sealed),
        key=site.keys.signing(),
        at=site.clock(),
        occasion=occasion,
    )
    session.add(head)
    session.flush()
    _tell_clock(head, campaign)
    said = published(head, campaign)
    _follow(session, site, said, leaves=occasion != RECEIPT)
    try:
        append_head(site.settings.home / HEADS_FILE, said)
    except OSError as error:
        raise _unwritable(error) from error
    return head


def head_for_receipts(site: Site, *, campaign: Campaign) -> TreeHead | None:
    """Return the newest head, signing one where the ledger has grown since a minute ago.

    Where nothing may be signed it is the newest there is; None before the first.
    """
    if not _grown(site, campaign):
        with site.database.reading() as session:
            return newest_head(session, campaign=campaign)
    try:
        with site.database.writing() as session:
            newest = newest_head(session, campaign=campaign)
            frontier = lock_tail(session, campaign_id=campaign.id).frontier
            if newest is not None and not _is_stale(newest, frontier.size, site.clock()):
                return newest  # another process was quicker
            return seal(session, site, campaign=campaign, occasion=RECEIPT)
    except Refused as refused:
        _LOG.error("%s", refused)
        with site.database.reading() as session:
            return newest_head(session, campaign=campaign)


def seal_of_today(site: Site, *, campaign: Campaign) -> None:
    """Sign the day's head of an open campaign, if no process has yet; a campaign's first always.

    A day is told from the clock as it was at the last one, not from that head's time: a clock that
    was ahead once must not stop the heads of the days that come.
    """
    with site.database.reading() as session:
        if not _is_due(session, campaign, site.clock()):
            return
    with site.database.writing() as session:
        lock_tail(session, campaign_id=campaign.id)
        if _is_due(session, campaign, site.clock()):
            seal(session, site, campaign=campaign, occasion=DAY)


def _is_due(session: Session, campaign: Campaign, at: datetime) -> bool:
    newest = newest_head(session, campaign=campaign, only_listed=True)
    if newest is None:
        return campaign.state != "draft"
    zone = campaign.timezone
    return campaign.state == "open" and local_day(at, zone) != local_day(clock_of(newest), zone)


def _grown(site: Site, campaign: Campaign) -> bool:
    with site.database.reading() as session:
        newest = newest_head(session, campaign=campaign)
        size = read_frontier(session, campaign_id=campaign.id).size
    return newest is None or _is_stale(newest, size, site.clock())


def _is_stale(newest: TreeHead, size: int, at: datetime) -> bool:
    return size != newest.size and abs(at - clock_of(newest)) >= _FRESH


def _follow(session: Session, site: Site, head: Head, *, leaves: bool) -> None:
    """Say in the file, once it is known, what became of the transaction a head is part of."""
    settings, path, at = site.settings, site.settings.home / HEADS_FILE, site.clock()
    told: list[Mark] = []

    def end(mark: Mark) -> None:
        if told:
            return
        told.append(mark)
        try:
            mark_head(path, head, mark, at=at)
            if leaves and mark == "kept":
                hand_over(settings.home, head, drop=settings.heads_drop)
        except OSError:  # the deed is done; who looks at the heads next makes up for it
            _LOG.exception(
                "总校验码已签名，记录未完成 / a head is signed, its record is not complete"
            )

    event.listen(session, "after_commit", lambda _session: end("kept"))
    event.listen(session, "after_rollback", lambda _session: end("undone"))


def _tell_clock(head: TreeHead, campaign: Campaign) -> None:
    if head.behind:
        _LOG.error(
            "%s：服务器时钟比上一个总校验码慢 %s 秒，请校准 / the clock is %s s behind the last "
            "head; set it right",
            *(campaign.code, head.behind, head.behind),
        )


def _unwritable(error: OSError) -> Refused:
    return Refused.of(
        file=HEADS_FILE,
        zh=f"总校验码写不进去（{error.strerror}），操作没有进行；请检查磁盘空间和文件权限",
        en=f"the head cannot be written ({error.strerror}), so nothing was done; check the space "
        "on the disk and who may write the file",
    )
