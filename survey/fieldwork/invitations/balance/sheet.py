"""The balance of codes as people read it, batch by batch: on the page, as a workbook, printed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.fieldwork.counting import FEWEST_TOLD
from survey.fieldwork.invitations.batches import Batch, batches_of
from survey.fieldwork.invitations.second_body.made_by import makers
from survey.fieldwork.papers.formulas import harmless
from survey.ledger.committed.balance import BALANCE, Balance, balance_of
from survey.model import AuditEntry, Campaign
from survey.office_files.written import Cells, workbook_of
from survey.problems import Problem, Refused

_HEADING = (
    *("批号 batch", "单位 units", "评议对象 group", "渠道 channel", "制码单位 made by"),
    *("制发 made", "已用 used", "停用 withdrawn", "未用 left"),
)
_TOTAL = "合计 total"
_COUNTS = ("made", "used", "void", "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A batch of the sheet; no more than how many were made where the rest would tell of people."""

    batch: Batch
    made_by: str
    made: int
    used: int | None
    void: int | None

    @property
    def left(self) -> int | None:
        """Codes that nobody used and nobody withdrew."""
        if self.used is None or self.void is None:
            return None
        return self.made - self.used - self.void


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed a balance, when, and the digest of every line of it."""

    proposed_by: str
    approved_by: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The balance of a campaign's codes: as counted now, or as it was signed."""

    lines: tuple[Line, ...]
    totals: Mapping[str, int]
    digest: str
    signed: Signed | None
    problems: tuple[Problem, ...]


def signed_entry(session: Session, campaign: Campaign) -> AuditEntry | None:
    """Return the entry by which two persons signed a campaign's balance, the first one."""
    query = sa.select(AuditEntry).where(
        AuditEntry.action == BALANCE, AuditEntry.subject == campaign.code
    )
    return session.scalars(query.order_by(AuditEntry.id)).first()


def sheet_of(session: Session, campaign: Campaign) -> Sheet:
    """Return the balance that was signed; where none was, as it is counted now.

    Raises Refused where it was not signed before the answers became anonymous: which codes were
    used is gone since.
    """
    entry = signed_entry(session, campaign)
    if entry is not None:
        return _as_signed(session, campaign, entry)
    if campaign.anonymised_at is not None:
        raise Refused.of(
            field=campaign.code,
            zh="答卷已作匿名处理，评议码用了多少不再可知；匿名处理之前没有签字确认收支",
            en="its answers are anonymous, and how many codes were used is no longer known; nobody"
            " signed the balance before",
        )
    balance = balance_of(session, campaign)
    told = {line["batch"]: line for line in told_lines(balance)}
    return Sheet(
        lines=tuple(_lines(session, campaign, told)),
        totals=balance.totals(),
        digest=balance.digest(),
        signed=None,
        problems=tuple(balance.problems()),
    )


def told_lines(balance: Balance) -> list[dict[str, int]]:
    """Return the batches that tell of nobody: those of a few codes are in the sums alone.

    Where these few are together still a few, the sums less the others would tell of them: the
    smallest of the others are then in the sums alone, too.
    """
    by_size = sorted(balance.lines, key=lambda line: (line.made, line.batch))
    hidden = sum(line.made for line in by_size if line.made < FEWEST_TOLD)
    kept: Collection[int] = {line.batch for line in by_size if line.made >= FEWEST_TOLD}
    for line in by_size:
        if 0 < hidden < FEWEST_TOLD and line.batch in kept:
            kept, hidden = {*kept} - {line.batch}, hidden + line.made
    return [
        {"batch": line.batch, "made": line.made, "used": line.used, "void": line.void}
        for line in balance.lines
        if line.batch in kept
    ]


def rows_of(sheet: Sheet) -> Iterator[Cells]:
    """Yield the rows of a sheet, its heading first and its sums last."""
    yield _HEADING
    for line in sheet.lines:
        batch = line.batch
        units = " ".join(unit.unit.code for unit in batch.units)
        where = (units, batch.group_code, batch.channel, harmless(line.made_by))
        yield (batch.number, *where, line.made, line.used, line.void, line.left)
    yield (_TOTAL, "", "", "", "", *(sheet.totals[name] for name in _COUNTS))


def workbook(sheet: Sheet) -> bytes:
    """Return a sheet as a workbook."""
    return workbook_of(rows_of(sheet))


def _as_signed(session: Session, campaign: Campaign, entry: AuditEntry) -> Sheet:
    said: Mapping[str, Any] = entry.detail
    told = {line["batch"]: line for line in said["batches"]}
    return Sheet(
        lines=tuple(_lines(session, campaign, told)),
        totals={name: said[name] for name in _COUNTS},
        digest=said["digest"],
        signed=Signed(
            proposed_by=said["proposed_by"],
            approved_by=entry.by,
            at=entry.at,
            digest=said["digest"],
        ),
        problems=(),
    )


def _lines(
    session: Session, campaign: Campaign, told: Mapping[int, Mapping[str, int]]
) -> Iterator[Line]:
    made_by = makers(session, campaign=campaign)
    for batch in reversed(batches_of(session, campaign=campaign, timed=False)):
        said = told.get(batch.number, {})
        yield Line(
            batch=batch,
            made_by=made_by.get(batch.issued_at, ""),
            made=said.get("made", batch.issued),
            used=said.get("used"),
            void=said.get("void"),
        )
