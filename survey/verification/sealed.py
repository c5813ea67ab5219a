"""The records now, against what the newest head was signed over."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.ledger.head import newest_head
from survey.ledger.records import listed, record_digests
from survey.model import Campaign
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import PARTS, altered

_LISTED = ("runs", "releases", "commitments")
_GROWN = ("codes", "withdrawn", "comments", "decisions", "reports")


def check_sealed(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Compare each part of the records; those that only grow may have grown since."""
    head = newest_head(session, campaign=campaign)
    if head is None or head.records is None:
        return []
    then, now = head.records, record_digests(session, campaign)
    moment = local_minute(head.signed_at, campaign.timezone)
    return [_differs(part, moment) for part in then if not _holds(part, then, now, deeds)]


def _holds(part: str, then: Mapping[str, str], now: Mapping[str, str], deeds: Deeds) -> bool:
    sealed, found = then[part], now.get(part, "")
    if part == "audit":
        entries, _, end = sealed.partition(":")
        known = deeds.hashes[int(entries) :][:1]
        return not end or known == [bytes.fromhex(end)]
    if part in _LISTED:
        return listed(sealed).items() <= listed(found).items()
    if part == "counters":  # said of a size of the ledger, and counted again from the answers
        return sealed.partition(":")[0] != found.partition(":")[0] or sealed == found
    if part in _GROWN:
        before, after = (int(each.partition(":")[0]) for each in (sealed, found))
        return before < after or sealed == found
    return sealed == found


def _differs(part: str, moment: str) -> Problem:
    zh, en = PARTS[part]
    return altered(
        part,
        f"{zh}与 {moment} 签名的总校验码所封存的不同",
        f"the {en} is not what the head signed at {moment} sealed",
    )
