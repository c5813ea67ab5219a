"""From pages opened to pages handed in, and what they were opened in: counts of pages, of nobody.

What is begun on a telephone stays there until it is sent, so nothing is known of it here.
"""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import (
    DEVICES,
    PAGE_LANGUAGES,
    PAGE_MODES,
    PAGE_STEPS,
    THROUGH,
    Campaign,
    PageCounter,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Pages through one way in, or of one day: served, come back half filled, handed in."""

    name: str
    served: int
    returned: int
    finished: int

    @property
    def share(self) -> float | None:
        """Pages handed in for each one served; None where none was."""
        return self.finished / self.served if self.served else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Pages served of one kind, and their share of all of its kinds."""

    name: str
    n: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A campaign's pages: in all, by way in, by day; and their languages, modes and devices."""

    whole: Flow
    through: tuple[Flow, ...]
    days: tuple[Flow, ...]
    devices: tuple[Share, ...]
    languages: tuple[Share, ...]
    modes: tuple[Share, ...]


def funnel(session: Session, *, campaign: Campaign) -> Funnel:
    """Return what is counted of a campaign's pages, all units together."""
    counter = PageCounter
    rows = session.execute(
        sa.select(counter.day, counter.kind, counter.counted).where(
            counter.campaign_id == campaign.id
        )
    )
    by_kind, by_day = Counter[str](), Counter[tuple[str, str]]()
    for day, kind, n in rows:
        by_kind[kind] += n
        by_day[day, kind.partition(".")[0]] += n
    ways = tuple(
        _flow(way, {step: by_kind[f"{step}.{way}"] for step in PAGE_STEPS}) for way in THROUGH
    )
    return Funnel(
        whole=_flow("", {step: sum(getattr(way, step) for way in ways) for step in PAGE_STEPS}),
        through=tuple(way for way in ways if way.served or way.finished),
        days=tuple(
            _flow(day, {step: by_day[day, step] for step in PAGE_STEPS})
            for day in sorted({day for day, _step in by_day})
        ),
        devices=_shares(by_kind, "device", DEVICES),
        languages=_shares(by_kind, "lang", PAGE_LANGUAGES),
        modes=_shares(by_kind, "mode", PAGE_MODES),
    )


def _flow(name: str, n: dict[str, int]) -> Flow:
    return Flow(name=name, **n)


def _shares(by_kind: Counter[str], of: str, names: tuple[str, ...]) -> tuple[Share, ...]:
    counts = {name: by_kind[f"{of}.{name}"] for name in names}
    whole = sum(counts.values()) or 1
    return tuple(Share(name=name, n=n, share=n / whole) for name, n in counts.items())
