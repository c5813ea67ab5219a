"""Figures of a server's processes: how long requests take, what waits, who is turned away.

They lie in memory that a server's workers share because they are forked, a place for each: any
worker tells the sums of all. Where processes are not forked each tells its own. Nothing in them
names anybody. They begin at nothing with the program.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from dataclasses import dataclass

PAGES = (
    *("questionnaire", "answer", "receipt", "ledger", "public"),
    *("office", "api", "static", "health", "other"),
)
TURNED_AWAY = (
    *("answers_waiting", "requests_waiting", "unavailable"),
    *("slow_body", "too_large", "guessing", "bad_request"),
)
WAITING = ("answers", "requests")  # gauges: what waits now
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
TOGETHER = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)

_PLACES = 64  # of workers; more of them share one
_OF_SECONDS, _OF_TOGETHER = len(SECONDS) + 2, len(TOGETHER) + 2
_TURNED_AT = len(PAGES) * _OF_SECONDS
_TOGETHER_AT = _TURNED_AT + len(TURNED_AWAY)
_WAITING_AT = _TOGETHER_AT + _OF_TOGETHER
_SIZE = _WAITING_AT + len(WAITING)
_PAGE_AT = {page: n * _OF_SECONDS for n, page in enumerate(PAGES)}
_REASON_AT = {reason: _TURNED_AT + n for n, reason in enumerate(TURNED_AWAY)}
_GAUGE_AT = {name: _WAITING_AT + n for n, name in enumerate(WAITING)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How many were at most so large, of each bound and in all, and their sum."""

    bounds: tuple[float, ...]
    within: tuple[int, ...]
    count: int
    total: float


class Figures:
    """What a server's processes count together; each adds in a place of its own."""

    def __init__(self) -> None:
        self._all = memoryview(mmap.mmap(-1, _PLACES * _SIZE * 8)).cast("d")
        self._mine = 0

    def take_place(self, number: int) -> None:
        """Count from now on in the place of a worker, where the one before it left off."""
        self._mine = number % _PLACES * _SIZE
        for at in _GAUGE_AT.values():
            self._all[self._mine + at] = 0.0

    def answered(self, page: str, seconds: float) -> None:
        """Count a request that was answered, by what was asked for."""
        self._observe(_PAGE_AT[page], SECONDS, seconds)

    def turned_away(self, reason: str) -> None:
        """Count a request that was not let in."""
        self._all[self._mine + _REASON_AT[reason]] += 1

    def stored(self, answers: int) -> None:
        """Count a commit, and how many answers it stored together."""
        self._observe(_TOGETHER_AT, TOGETHER, answers)

    def waiting(self, what: str, n: int) -> None:
        """Note how many wait in this process now."""
        self._all[self._mine + _GAUGE_AT[what]] = n

    def seconds_of(self, page: str) -> Histogram:
        """Return how long requests for such pages took, in all processes."""
        return self._histogram(_PAGE_AT[page], SECONDS)

    def together(self) -> Histogram:
        """Return how many answers were stored in one commit, in all processes."""
        return self._histogram(_TOGETHER_AT, TOGETHER)

    def n_turned_away(self, reason: str) -> int:
        """Return how many were turned away for a reason, in all processes."""
        return round(self._sum(_REASON_AT[reason]))

    def n_waiting(self, what: str) -> int:
        """Return how many wait now, in all processes."""
        return round(self._sum(_GAUGE_AT[what]))

    def _observe(self, at: int, bounds: tuple[float, ...], value: float) -> None:
        every, at = self._all, self._mine + at
        every[at + bisect_left(bounds, value)] += 1
        every[at + len(bounds) + 1] += value

    def _sum(self, at: int) -> float:
        return sum(self._all[place + at] for place in range(0, _PLACES * _SIZE, _SIZE))

    def _histogram(self, at: int, bounds: tuple[float, ...]) -> Histogram:
        counts = [round(self._sum(at + n)) for n in range(len(bounds) + 1)]
        within = tuple(sum(counts[: n + 1]) for n in range(len(bounds)))
        total = self._sum(at + len(bounds) + 1)
        return Histogram(bounds=bounds, within=within, count=sum(counts), total=total)


FIGURES = Figures()
