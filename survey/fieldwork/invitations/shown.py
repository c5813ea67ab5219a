"""Batches of codes as pages list them: the newest first, and further back by number."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from survey.fieldwork.invitations.batches import batches_of
from survey.model import Campaign

_AT_ONCE = 25


def shown_batches(session: Session, campaign: Campaign) -> dict[str, Any]:
    """Return what a page lists of the batches: those asked for, and where the older ones begin."""
    before = request.args.get("before", type=int)
    found = batches_of(session, campaign=campaign, before=before, most=_AT_ONCE + 1)
    shown = found[:_AT_ONCE]
    older = shown[-1].number if len(found) > _AT_ONCE else None
    return {"batches": shown, "older": older}
