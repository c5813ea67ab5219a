"""What many look at is computed once for each version of the data; the others wait for it."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, ContactAttempt, Entrance, Ledger, Proposal

_T = TypeVar("_T")

_MOST_KEPT = 256


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    version: Hashable = None
    begun: float = float("-inf")
    value: Any = None


class Once:
    """Values kept in this process under the version of the data they were computed from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, _Kept] = {}

    def value(self, key: Hashable, version: Hashable, compute: Callable[[], _T]) -> _T:
        """Return the value of a key for a version, computed by one of those who ask for it.

        While answers keep coming every version is soon an old one: a value whose computation
        began after somebody asked is as good for him as one of his own.
        """
        asked = monotonic()
        with self._lock:
            if len(self._kept) >= _MOST_KEPT and key not in self._kept:
                self._kept.clear()
            kept = self._kept.setdefault(key, _Kept())
        with kept.lock:
            if kept.version != version and kept.begun < asked:
                begun = monotonic()
                kept.value = compute()
                kept.version, kept.begun = version, begun
            value: _T = kept.value
            return value


def versions(session: Session, campaign: Campaign) -> tuple[Hashable, Hashable]:
    """Return what differs whenever a campaign's counters or codes do, and `codes_version`."""
    size = sa.select(Ledger.size).where(Ledger.campaign_id == campaign.id).scalar_subquery()
    called = sa.select(sa.func.max(ContactAttempt.id)).scalar_subquery()
    *codes, n_answers, attempts = _codes(session, campaign, size, called)
    of_codes = codes if campaign.state == "open" else [*codes, n_answers]
    return (*codes, n_answers, attempts), tuple(of_codes)


def codes_version(session: Session, campaign: Campaign) -> Hashable:
    """Return what differs whenever codes were issued or withdrawn, or a campaign went on.

    Codes are withdrawn by proposals, which are few. Once nobody answers any more it differs with
    every answer, too: then the last of them are counted.
    """
    size = sa.select(Ledger.size).where(Ledger.campaign_id == campaign.id).scalar_subquery()
    return _codes(session, campaign, *([] if campaign.state == "open" else [size]))


def _codes(session: Session, campaign: Campaign, *further: sa.ScalarSelect[Any]) -> tuple[Any, ...]:
    newest = sa.select(sa.func.max(Entrance.id)).scalar_subquery()
    decided = sa.select(sa.func.max(Proposal.done_at)).where(Proposal.campaign_id == campaign.id)
    row = session.execute(sa.select(newest, decided.scalar_subquery(), *further)).one()
    return campaign.state, *row
