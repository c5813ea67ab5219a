"""The digest that what two persons proposed and decided is recorded by."""

import hashlib
from datetime import UTC, datetime

from survey.canonical import canonical
from survey.model import Proposal


def proposal_digest(proposal: Proposal, *, salt: bytes) -> str:
    """Return the digest of a proposal as it stands: what was asked, by whom, and the answer.

    Salted by the campaign's random salt: who reads the audit cannot try out a reason.
    """
    said = {
        "arguments": proposal.arguments,
        "at": _moment(proposal.proposed_at),
        "basis": proposal.basis,
        "by": proposal.proposed_by,
        "decided": [proposal.outcome, proposal.decided_by, _moment(proposal.decided_at)],
        "decision": proposal.decision_reason or "",
        "deed": proposal.deed,
        "done": _moment(proposal.done_at),
        "number": proposal.id,
        "reason": proposal.reason,
        "told": proposal.told,
    }
    return hashlib.sha256(salt + canonical(said)).hexdigest()


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""
