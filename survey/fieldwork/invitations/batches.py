"""What was issued of one-time codes: when, by whom, how many, and how they were answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import to_epoch_ms
from survey.fieldwork.counting import FEWEST_TOLD
from survey.fieldwork.invitations.withdrawals import Withdrawal, withdrawals
from survey.model import Campaign, CampaignUnit, CodeBatch, CoveredUnit, Proposal
from survey.tallies.counting import TIME_MS
from survey.tallies.told import halves, tallies

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The codes of one issue; never which code was answered.

    Its `number` is that of its first code. `answered` is None where it would tell of single
    people, and so is `withdrawn`, of its codes those withdrawn before anybody answered; `days`
    (until half of those who answered had) where so few did; `approved_by` is empty within the
    plan's number. Its codes open something until `expires_at`, or to the end of the campaign.
    """

    number: int
    units: tuple[CampaignUnit, ...]
    group_code: str
    channel: str
    issued_at: datetime
    issued_by: str
    expires_at: datetime | None
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


@dataclass(frozen=True, slots=True)
class _Counted:
    """A batch as it is kept, the units it is for, and how many of its codes were answered."""

    kept: CodeBatch
    units: tuple[CampaignUnit, ...]
    answered: int

    @property
    def is_told(self) -> bool:
        """Whether counts of answers would not tell of single people."""
        return self.kept.issued >= FEWEST_TOLD


def batches_of(
    session: Session,
    *,
    campaign: Campaign,
    before: int | None = None,
    most: int | None = None,
    timed: bool = True,
) -> list[Batch]:
    """Return the campaign's batches of codes, newest first.

    With `most` so many of those numbered `before`; without being `timed` they have no `days`.
    """
    approved = _approved(session, campaign)
    withdrawn = withdrawals(session, campaign=campaign)
    is_told = campaign.anonymised_at is None  # after that, which codes were answered is gone
    counted = _counted(session, campaign, before=before, most=most)
    told = [one.kept for one in counted if timed and one.answered >= FEWEST_TOLD]
    days = _days(session, campaign, told)
    return [
        Batch(
            number=one.kept.first_code,
            units=one.units,
            group_code=one.kept.group_code,
            channel=one.kept.channel,
            issued_at=one.kept.issued_at,
            issued_by=one.kept.issued_by,
            expires_at=one.kept.expires_at,
            approved_by=approved.get(one.kept.issued_at, ""),
            withdrawal=withdrawn.get(one.kept.first_code),
            issued=one.kept.issued,
            withdrawn=one.kept.withdrawn if one.is_told else None,
            answered=one.answered if one.is_told and is_told else None,
            days=days.get(one.kept.first_code),
        )
        for one in counted
    ]


def batch_of(session: Session, *, campaign: Campaign, number: int) -> Batch:
    """Return one batch, of which `find_batch` says whether it is there."""
    [batch] = batches_of(session, campaign=campaign, before=number + 1, most=1)
    return batch


def codes_issued(session: Session, *, campaign: Campaign) -> list[CodesIssued]:
    """Return how many codes each official issued for each unit and group, and their answers."""
    is_told = campaign.anonymised_at is None
    withdrawn = withdrawals(session, campaign=campaign)
    sums: dict[tuple[tuple[str, ...], str, str], list[_Counted]] = defaultdict(list)
    for counted in _counted(session, campaign):
        units = tuple(unit.unit.code for unit in counted.units)
        sums[units, counted.kept.group_code, counted.kept.issued_by].append(counted)
    found = []
    for (units, group_code, issued_by), batches in sorted(sums.items(), key=lambda each: each[0]):
        issued = sum(batch.kept.issued for batch in batches)
        gone = [batch for batch in batches if batch.kept.first_code in withdrawn]
        found.append(
            CodesIssued(
                unit_codes=units,
                group_code=group_code,
                issued_by=issued_by,
                batches=len(batches),
                issued=issued,
                answered=sum(batch.answered for batch in batches)
                if issued >= FEWEST_TOLD and is_told
                else None,
                batches_withdrawn=len(gone),
                withdrawn=sum(batch.kept.withdrawn for batch in gone)
                if all(batch.is_told for batch in gone)
                else None,
            )
        )
    return found


def _counted(
    session: Session,
    campaign: Campaign,
    *,
    before: int | None = None,
    most: int | None = None,
) -> list[_Counted]:
    """Return the batches, the newest first."""
    query = sa.select(CodeBatch).where(CodeBatch.campaign_id == campaign.id)
    if before is not None:
        query = query.where(CodeBatch.first_code < before)
    kept = session.scalars(query.order_by(CodeBatch.first_code.desc()).limit(most)).all()
    covered = _covered(session, campaign)
    numbers = [batch.first_code for batch in kept] if most else None
    answered = {key.of: n for key, n in tallies(session, campaign, "batch", of=numbers).items()}
    taking_part = {unit.unit_id: unit for unit in campaign.units}
    return [
        _Counted(
            kept=batch,
            units=covered.get(batch.first_code, ())
            if batch.unit_id is None
            else (taking_part[batch.unit_id],),
            answered=answered.get(batch.first_code, 0),
        )
        for batch in kept
    ]


def _days(session: Session, campaign: Campaign, batches: Sequence[CodeBatch]) -> dict[int, float]:
    """Return by batch after how many days half of its answers had come, to about an hour."""
    half = halves(session, campaign, of=[batch.first_code for batch in batches])
    days = dict[int, float]()
    for batch in batches:
        start = to_epoch_ms(max(batch.issued_at, campaign.starts_at))
        days[batch.first_code] = max(half[batch.first_code] * TIME_MS - start, 0) / _DAY_MS
    return days


def _approved(session: Session, campaign: Campaign) -> dict[datetime, str]:
    """Return who approved the batches beyond the plan, by the moment they were issued at."""
    query = sa.select(Proposal.done_at, Proposal.decided_by).where(
        Proposal.campaign_id == campaign.id,
        Proposal.deed == "code.issue",
        Proposal.outcome == "approved",
    )
    return {at: by for at, by in session.execute(query) if at and by}


def _covered(session: Session, campaign: Campaign) -> Mapping[int, tuple[CampaignUnit, ...]]:
    """Return by batch the units that its codes let their holders rate together."""
    rows = session.execute(
        sa.select(CoveredUnit.invitation_id, CoveredUnit.unit_id)
        .join(CodeBatch, CodeBatch.first_code == CoveredUnit.invitation_id)
        .where(CodeBatch.campaign_id == campaign.id)
    )
    ids: defaultdict[int, set[int]] = defaultdict(set)
    for number, unit_id in rows:
        ids[number].add(unit_id)
    return {
        number: tuple(unit for unit in campaign.units if unit.unit_id in of)
        for number, of in ids.items()
    }
