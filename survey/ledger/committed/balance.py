"""The balance sheet of one-time codes: how many were made, used, withdrawn, and are left."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.committed.commitments import batch_key, batch_rows, of_batch
from survey.model import Campaign, Entrance, Response, Sitting
from survey.problems import Problem

BALANCE = "code.balance"

_ENTRANCE = cast(sa.Table, Entrance.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A batch: codes made, used by an answer, withdrawn unused; `found` are those stored."""

    batch: int
    made: int
    used: int
    void: int
    found: int

    @property
    def left(self) -> int:
        """Codes that nobody used and nobody withdrew."""
        return self.made - self.used - self.void


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """All batches of a campaign, and their sums; `strays` are stored codes of no batch."""

    lines: tuple[Line, ...]
    strays: int = 0

    def total(self, name: str) -> int:
        """Return the sum of a column."""
        return sum(getattr(line, name) for line in self.lines)

    def totals(self) -> dict[str, int]:
        """Return the sums by their names."""
        return {name: self.total(name) for name in ("made", "used", "void", "left")}

    def digest(self) -> str:
        """Return the digest of every line, exact ones of few people too."""
        return digest_of([[line.batch, line.made, line.used, line.void] for line in self.lines])

    def problems(self) -> list[Problem]:
        """Return what does not add up, by batch; codes of no batch last."""
        return [*self._unlike(), *self._of_no_batch()]

    def _of_no_batch(self) -> list[Problem]:
        if not self.strays:
            return []
        return [
            Problem(
                field="codes",
                zh=f"有 {self.strays} 个评议码不属于登记过的任何一批",
                en=f"{self.strays} codes are of no batch on record",
            )
        ]

    def _unlike(self) -> list[Problem]:
        return [
            Problem(
                field="codes",
                zh=f"第 {line.batch} 批评议码收支不符：登记制作 {line.made} 个，"
                f"现有 {line.found} 个，已用 {line.used} 个，停用 {line.void} 个",
                en=f"batch {line.batch} of codes does not add up: {line.made} made on record,"
                f" {line.found} here, {line.used} used, {line.void} withdrawn",
            )
            for line in self.lines
            if line.left < 0 or line.found != line.made
        ]


def balance_of(session: Session, campaign: Campaign) -> Balance:
    """Return the balance of a campaign's codes, counted from codes and answers."""
    found, used = _found(session, campaign), _used(session, campaign)
    rows = batch_rows(session, campaign)
    return Balance(
        strays=found.total() - sum(found[key] for key in {batch_key(row) for row in rows}),
        lines=tuple(
            Line(
                batch=row.first_code,
                made=row.issued,
                used=used[batch_key(row)],
                void=row.withdrawn,
                found=found[batch_key(row)],
            )
            for row in rows
        ),
    )


def _found(session: Session, campaign: Campaign) -> Counter[tuple[object, ...]]:
    columns = of_batch(_ENTRANCE)
    return _counted(session, sa.select(*columns, sa.func.count()), campaign)


def _used(session: Session, campaign: Campaign) -> Counter[tuple[object, ...]]:
    """Count the codes that brought an answer, or those of a sitting."""
    counted = sa.select(*of_batch(_ENTRANCE), sa.func.count())
    single = counted.join(Response, Response.invitation_id == _ENTRANCE.c.id)
    several = counted.join(Sitting, Sitting.invitation_id == _ENTRANCE.c.id)
    return _counted(session, single, campaign) + _counted(session, several, campaign)


def _counted(session: Session, query: Any, campaign: Campaign) -> Counter[tuple[object, ...]]:
    of = _ENTRANCE.c
    only = query.where(
        of.campaign_id == campaign.id, of.kind != "poster", of.collected.is_(sa.false())
    )
    by = (of.kind, of.unit_id, of.group_code, of.channel, of.issued_by, of.issued_at)
    rows = session.execute(only.group_by(*by))
    return Counter({batch_key(row): row[-1] for row in rows})
