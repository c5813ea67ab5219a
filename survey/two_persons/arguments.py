"""What a proposal that is kept wants done, as data."""

import json
from typing import Any

from survey.model import Proposal


def arguments_of(proposal: Proposal) -> dict[str, Any]:
    """Return what a proposal wants done."""
    found: dict[str, Any] = json.loads(proposal.arguments)
    return found
