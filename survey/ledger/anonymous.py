"""What of an answer stays when it is anonymised, and the digest that stays in the place of leaves.

A leaf cannot be recomputed without receipt and salt. It stays as it was, so the tree, its heads and
the proofs people hold go on being true; the digest, taken when each leaf was last recomputed, tells
whether what is left of the rows is changed later.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Response

MINUTE_MS = 60_000

_RESPONSE = cast(sa.Table, Response.__table__)
_CHUNK = 5_000
_DROPPED = (
    *("receipt", "salt", "invitation_id", "sitting_id", "device_mark", "network_mark"),
    "code_opening",
)


def kept_digest(session: Session, *, campaign: Campaign) -> str:
    """Return the digest of what is kept of a campaign's answers, the same before and after."""
    digest = hashlib.sha256()
    for row in _rows(session, campaign):
        digest.update(_kept(row) + b"\n")
    return digest.hexdigest()


def dropped() -> dict[str, Any]:
    """Return what an anonymised row holds in the columns that led to a person."""
    by_code = sa.or_(_RESPONSE.c.invitation_id.is_not(None), _RESPONSE.c.sitting_id.is_not(None))
    poster = sa.case((by_code, sa.null()), else_=_RESPONSE.c.entrance_id)
    minute = _RESPONSE.c.submitted_ms - _RESPONSE.c.submitted_ms % MINUTE_MS
    return {**dict.fromkeys(_DROPPED), "entrance_id": poster, "submitted_ms": minute}


def _rows(session: Session, campaign: Campaign) -> Iterator[Mapping[str, Any]]:
    query = (
        sa.select(_RESPONSE)
        .where(_RESPONSE.c.campaign_id == campaign.id)
        .order_by(_RESPONSE.c.leaf_index)
        .execution_options(yield_per=_CHUNK)
    )
    return map(dict, session.execute(query).mappings())


def _kept(row: Mapping[str, Any]) -> bytes:
    kept: dict[str, Any] = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in row.items()
        if name not in _DROPPED
    }
    kept["submitted_ms"] -= kept["submitted_ms"] % MINUTE_MS
    if row["invitation_id"] is not None or row["sitting_id"] is not None:
        kept["entrance_id"] = None
    return json.dumps(kept, separators=(",", ":"), sort_keys=True).encode()
