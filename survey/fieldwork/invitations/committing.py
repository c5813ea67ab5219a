"""Codes are committed: all there are at the opening, then each batch that is added."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.book import lock_tail
from survey.ledger.committed.commitments import (
    KIND,
    VERSION,
    committed_batches,
    listed_batches,
    root_of,
)
from survey.model import Campaign, CodeCommitment
from survey.stats.campaign.plan import Plan


def commit_opening(session: Session, *, campaign: Campaign, at: datetime) -> dict[str, object]:
    """Commit all codes of a campaign that opens; return what its entry in the audit says."""
    return _commit(session, campaign, number=1, since=0, at=at, reason="")


def commit_added(
    session: Session, *, campaign: Campaign, first_code: int, at: datetime, reason: str
) -> dict[str, object]:
    """Commit a batch added to an open campaign, from its first code on.

    Returns what its entry in the audit says: nothing for a draft, which commits at its opening,
    and for a campaign that was opened before there were commitments.
    """
    query = sa.select(sa.func.max(CodeCommitment.number)).where(
        CodeCommitment.campaign_id == campaign.id
    )
    newest = session.scalar(query)
    if newest is None:
        return {}
    return _commit(
        session, campaign, number=newest + 1, since=first_code, at=at, reason=reason.strip()
    )


def _commit(
    session: Session, campaign: Campaign, *, number: int, since: int, at: datetime, reason: str
) -> dict[str, object]:
    batches = list(committed_batches(session, campaign, since=since).values())
    channels = Plan.from_dict(campaign.plan or {}).channels
    # Held to the end, so that no head is signed between what this says and its storing.
    size = lock_tail(session, campaign_id=campaign.id).next_index
    statement = {
        "kind": KIND,
        "version": VERSION,
        "campaign": campaign.code,
        "number": number,
        "time": at.astimezone(UTC).isoformat(timespec="seconds"),
        # Answers by these codes stand at this place of the ledger or after it.
        "size": size,
        "reason": reason,
        "invited_channels": sorted(each.channel for each in channels if each.invited),
        "uncoded_channels": sorted(
            each.channel for each in channels if each.invited and not each.timed
        ),
        "batches": listed_batches(batches),
        "codes": sum(len(batch.hashes) for batch in batches),
        "root": root_of(batches),
    }
    session.add(CodeCommitment(campaign_id=campaign.id, number=number, statement=statement))
    session.flush()
    return {"commitment": number, "commitment_digest": digest_of(statement)}
