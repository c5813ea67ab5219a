"""What the ledger shows the public: heads, growth between two of them, one receipt's place.

Never leaves with times: who knows when a neighbour answered could find his leaf.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.ledger.book import Shelf
from survey.ledger.checker import Head, receipt_code, short_form
from survey.ledger.head import RECEIPT, clock_of, heads_of, newest_head, published
from survey.ledger.tree import consistency_path, inclusion_path
from survey.model import Campaign, TreeHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A campaign's heads as they are listed: the newest, and the last of each earlier day.

    ``growth`` proves that the ledger of each grew into that of the next.
    """

    campaign: Campaign
    newest: Head
    earlier: tuple[Head, ...]
    growth: tuple[dict[str, Any], ...]


def campaigns_with_answers(session: Session) -> list[Campaign]:
    """Return the campaigns that were opened, the newest first."""
    query = sa.select(Campaign).where(Campaign.state != "draft")
    return list(session.scalars(query.order_by(Campaign.starts_at.desc(), Campaign.id)))


def shown_heads(session: Session, *, campaign: Campaign) -> Shown | None:
    """Return a campaign's heads to list, the newest first; None where none is signed.

    One a day, and none that was signed because a resident looked at his receipt: a head for each
    minute would tell to the minute when each answer came.
    """
    of_day: dict[str, TreeHead] = {}
    for head in heads_of(session, campaign=campaign):
        if head.occasion != RECEIPT:
            day = local_day(clock_of(head), campaign.timezone)
            of_day.pop(day, None)  # the newest stands last even if the clock was set back
            of_day[day] = head
    if not of_day:
        return None
    newest, *earlier = [published(head, campaign) for head in reversed(of_day.values())]
    sizes = sorted({head.size for head in of_day.values()})
    proofs = [
        growth(session, campaign=campaign, first=first, second=second)
        for first, second in pairwise(sizes)
    ]
    return Shown(
        campaign=campaign,
        newest=newest,
        earlier=tuple(earlier),
        growth=tuple(proof for proof in proofs if proof is not None),
    )


def listed_head(session: Session, *, campaign: Campaign, number: int | None) -> Head | None:
    """Return the head of a number; None where there is none, or it is of a resident's proof."""
    query = sa.select(TreeHead).where(
        TreeHead.campaign_id == campaign.id,
        TreeHead.number == number,
        TreeHead.occasion != RECEIPT,
    )
    head = session.scalar(query)
    return published(head, campaign) if head else None


def printed_head(session: Session, *, campaign: Campaign) -> str:
    """Return the newest listed head as paper carries it; nothing before the first is signed."""
    head = newest_head(session, campaign=campaign, only_listed=True)
    return short_form(published(head, campaign)) if head else ""


def growth(
    session: Session, *, campaign: Campaign, first: int, second: int
) -> dict[str, Any] | None:
    """Return the proof that one head's ledger grew into another's; None without such heads."""
    heads = {head.size: head for head in heads_of(session, campaign=campaign)}
    if first > second or first not in heads or second not in heads:
        return None
    shelf = Shelf(session, campaign_id=campaign.id)
    path = consistency_path(shelf.perfect, old=first, new=second)
    return {
        "kind": "public-review-consistency",
        "version": 1,
        "simulated": campaign.simulated,
        "first": published(heads[first], campaign),
        "second": published(heads[second], campaign),
        "path": [step.hex() for step in path],
    }


def receipt_file(
    session: Session, *, campaign: Campaign, head: TreeHead, leaf: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the proof that a leaf is in a head's tree; None where the head is older than it.

    The leaf tells a salted hash of the answers only. The salt stays here: an answer that can be
    proved can be bought or demanded.
    """
    if leaf["index"] >= head.size:
        return None
    shelf = Shelf(session, campaign_id=campaign.id)
    path = inclusion_path(shelf.perfect, index=leaf["index"], size=head.size)
    return {
        "kind": "public-review-receipt",
        "version": 1,
        "simulated": campaign.simulated,
        "receipt": receipt_code(bytes.fromhex(leaf["receipt"])),
        "leaf": leaf,
        "path": [step.hex() for step in path],
        "head": published(head, campaign),
    }
