"""What was issued of one-time codes: when, by whom, how many, and how they were answered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.fieldwork.invitations.withdrawals import Withdrawal, withdrawals
from survey.model import Campaign, CampaignUnit, CoveredUnit, Entrance, Proposal, Response

FEWEST_TOLD = 10  # in a smaller batch the count would tell who has answered
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The codes of one issue; never which code was answered.

    Its `number` is that of its first code. `answered` is None where it would tell of single
    people, and so is `withdrawn`, of its codes those withdrawn before anybody answered; `days`
    (until half of those who answered had) where so few did; `approved_by` is empty within the
    plan's number.
    """

    number: int
    units: tuple[CampaignUnit, ...]
    group_code: str
    channel: str
    issued_at: datetime
    issued_by: str
    approved_by: str
    withdrawal: Withdrawal | None
    issued: int
    withdrawn: int | None
    answered: int | None
    days: float | None

    @property
    def share(self) -> float | None:
        """Part of its codes that were answered; None of a withdrawn one, whose others are gone."""
        if self.answered is None or self.withdrawal:
            return None
        return self.answered / self.issued


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesIssued:
    """All codes that one official issued to a group for a unit, or for several together.

    Of them `withdrawn` were withdrawn unused, in so many batches; None as of the answers.
    """

    unit_codes: tuple[str, ...]
    group_code: str
    issued_by: str
    batches: int
    issued: int
    answered: int | None
    batches_withdrawn: int
    withdrawn: int | None


@dataclass(slots=True, kw_only=True)
class _Counted:
    number: int
    units: tuple[CampaignUnit, ...]
    issued: int = 0
    withdrawn: int = 0
    at_ms: dict[int, int]

    @property
    def is_told(self) -> bool:
        """Whether counts of answers would not tell of single people."""
        return self.issued >= FEWEST_TOLD


def batches_of(session: Session, *, campaign: Campaign) -> list[Batch]:
    """Return the campaign's batches of codes, newest first."""
    approved = _approved(session, campaign)
    withdrawn = withdrawals(session, campaign=campaign)
    is_told = campaign.anonymised_at is None  # after that, which codes were answered is gone
    found = []
    for (issued_at, issued_by, group_code, channel), counted in _counted(session, campaign):
        n, start = len(counted.at_ms), max(issued_at, campaign.starts_at).timestamp() * 1000
        found.append(
            Batch(
                number=counted.number,
                units=counted.units,
                group_code=group_code,
                channel=channel,
                issued_at=issued_at,
                issued_by=issued_by,
                approved_by=approved.get(issued_at, ""),
                withdrawal=withdrawn.get(counted.number),
                issued=counted.issued,
                withdrawn=counted.withdrawn if counted.is_told else None,
                answered=n if counted.is_told and is_told else None,
                days=(median(counted.at_ms.values()) - start) / _DAY_MS
                if n >= FEWEST_TOLD
                else None,
            )
        )
    return sorted(found, key=lambda batch: batch.issued_at)[::-1]


def codes_issued(session: Session, *, campaign: Campaign) -> list[CodesIssued]:
    """Return how many codes each official issued for each unit and group, and their answers."""
    is_told = campaign.anonymised_at is None
    withdrawn = withdrawals(session, campaign=campaign)
    sums: dict[tuple[tuple[str, ...], str, str], list[_Counted]] = defaultdict(list)
    for (_at, issued_by, group_code, _channel), counted in _counted(session, campaign):
        units = tuple(unit.unit.code for unit in counted.units)
        sums[units, group_code, issued_by].append(counted)
    found = []
    for (units, group_code, issued_by), batches in sorted(sums.items(), key=lambda each: each[0]):
        issued = sum(batch.issued for batch in batches)
        gone = [batch for batch in batches if batch.number in withdrawn]
        found.append(
            CodesIssued(
                unit_codes=units,
                group_code=group_code,
                issued_by=issued_by,
                batches=len(batches),
                issued=issued,
                answered=sum(len(batch.at_ms) for batch in batches)
                if issued >= FEWEST_TOLD and is_told
                else None,
                batches_withdrawn=len(gone),
                withdrawn=sum(batch.withdrawn for batch in gone)
                if all(batch.is_told for batch in gone)
                else None,
            )
        )
    return found


_Named = tuple[datetime, str, str, str]


def _counted(session: Session, campaign: Campaign) -> Iterator[tuple[_Named, _Counted]]:
    """Give each batch with its number of codes and, by code, when it was answered."""
    named = (Entrance.issued_at, Entrance.issued_by, Entrance.group_code, Entrance.channel)
    is_withdrawn = Entrance.withdrawn_at.is_not(None).label("is_withdrawn")
    codes = (
        sa.select(Entrance.id, Entrance.unit_id, is_withdrawn, *named)
        .where(
            Entrance.campaign_id == campaign.id,
            Entrance.kind != "poster",
            Entrance.collected.is_(sa.false()),
        )
        .order_by(Entrance.id)
    )
    counted: dict[tuple[int | None, _Named], _Counted] = {}
    of_code: dict[int, _Counted] = {}
    for row in session.execute(codes):
        key = (row.unit_id, (row.issued_at, row.issued_by, row.group_code, row.channel))
        if key not in counted:
            units = _covered(session, campaign, row.id, row.unit_id)
            counted[key] = _Counted(number=row.id, units=units, at_ms={})
        counted[key].issued += 1
        counted[key].withdrawn += row.is_withdrawn
        of_code[row.id] = counted[key]
    code_of = sa.func.coalesce(Response.invitation_id, Response.sitting_id)
    came = sa.select(code_of, Response.submitted_ms).where(
        Response.campaign_id == campaign.id, code_of.is_not(None)
    )
    for code_id, submitted_ms in session.execute(came):
        if code_id in of_code:  # else it was collected and came through no code
            of_code[code_id].at_ms[code_id] = submitted_ms
    for (_unit_id, name), batch in counted.items():
        yield name, batch


def _approved(session: Session, campaign: Campaign) -> dict[datetime, str]:
    """Return who approved the batches beyond the plan, by the moment they were issued at."""
    query = sa.select(Proposal.done_at, Proposal.decided_by).where(
        Proposal.campaign_id == campaign.id,
        Proposal.deed == "code.issue",
        Proposal.outcome == "approved",
    )
    return {at: by for at, by in session.execute(query) if at and by}


def _covered(
    session: Session, campaign: Campaign, invitation_id: int, unit_id: int | None
) -> tuple[CampaignUnit, ...]:
    """Return what an invitation lets its holder rate: its one unit, or all those covered."""
    ids = {unit_id}
    if unit_id is None:
        covered = sa.select(CoveredUnit.unit_id).where(CoveredUnit.invitation_id == invitation_id)
        ids = set(session.scalars(covered))
    return tuple(taking_part for taking_part in campaign.units if taking_part.unit_id in ids)
