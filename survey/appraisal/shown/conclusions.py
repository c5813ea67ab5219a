"""What somebody who reads one page of the scores should take from it.

Who surely stands before whom is read off the simultaneous rank sets a run holds: where the sets
of two units have no rank in common, their order is sure, all such orders together at the
confidence of the sets. Who surely lies beyond a line of the scheme, or changed since the last
campaign, was decided in the run too. Nothing is computed anew from scores or intervals.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from survey.appraisal.record.scores import Decision
from survey.appraisal.score_sheet import ClassSheet, ScoreRow, ScoreSheet
from survey.stats.campaign.decisions import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Units that surely are so; of those named strictly, all together, not even one is not."""

    rows: tuple[ScoreRow, ...]
    strictly: tuple[ScoreRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineConclusion:
    """The units of a class that surely lie above and below one of its lines."""

    line: Decision
    above: Named
    below: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassConclusion:
    """One class: its ranked units by tier, and how many of their orders are sure.

    `first` and `last` are the units that may be the best and the worst of the class.
    """

    sheet: ClassSheet
    tiers: tuple[tuple[ScoreRow, ...], ...]
    n_pairs: int
    n_sure: int
    first: tuple[ScoreRow, ...]
    last: tuple[ScoreRow, ...]
    lines: tuple[LineConclusion, ...]
    improved: Named
    fell: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusions:
    """How many units are scored, what is sure in each class, and what people must decide."""

    n_units: int
    unscored: tuple[ScoreRow, ...]
    unranked: tuple[ScoreRow, ...]
    uncertain: tuple[ScoreRow, ...]
    classes: tuple[ClassConclusion, ...]
    n_quarantined: int
    n_organised: int
    n_batches: int
    n_captured: int
    contradicted: tuple[ScoreRow, ...]
    released: bool

    @property
    def decided(self) -> bool:
        """Whether any unit surely lies beyond a line or changed since the last campaign."""
        lists = [
            named
            for entry in self.classes
            for named in (
                entry.improved,
                entry.fell,
                *(line.above for line in entry.lines),
                *(line.below for line in entry.lines),
            )
        ]
        return any(named.rows for named in lists)

    @property
    def nothing_to_decide(self) -> bool:
        """Whether nobody has to decide anything any more."""
        waiting = self.n_quarantined + self.n_organised + self.n_batches
        waiting += self.n_captured
        return self.released and not (waiting or self.contradicted or self.uncertain)


def conclude(sheet: ScoreSheet) -> Conclusions:
    """Return the conclusions of the units on a sheet."""
    rows = [row for part in sheet.classes for row in part.rows]
    codes = {row.figures.unit_code for row in rows}
    said = Counter(
        notice.code for notice in sheet.record.notices if notice.unit_code in {"", *codes}
    )
    return Conclusions(
        n_units=len(rows),
        unscored=tuple(row for row in rows if not row.published),
        unranked=tuple(row for row in rows if row.published and not row.ranked),
        uncertain=tuple(row for row in rows if row.grade_uncertain),
        classes=tuple(_of_class(part) for part in sheet.classes),
        n_quarantined=sheet.record.responses.by_verdict.quarantine,
        n_organised=sum(case.unit_code in codes for case in sheet.record.cases),
        n_batches=said["codes_unlike"],
        n_captured=said["codes_captured"] + said["codes_captured_unscored"],
        contradicted=tuple(
            row
            for row in rows
            if any(notice.code == "channels_contradict" for notice in row.figures.notices)
        ),
        released=sheet.released is not None,
    )


def surely_before(row: ScoreRow, other: ScoreRow) -> bool:
    """Tell whether a unit surely stands before another of its class."""
    mine, its = row.figures.rank_range, other.figures.rank_range
    return mine is not None and its is not None and mine[1] < its[0]


def _of_class(part: ClassSheet) -> ClassConclusion:
    ranked = [row for row in part.rows if row.figures.rank_range is not None]
    tiers = sorted({row.figures.tier for row in ranked if row.figures.tier is not None})
    pairs = list(combinations(ranked, 2))
    return ClassConclusion(
        sheet=part,
        tiers=tuple(tuple(row for row in ranked if row.figures.tier == tier) for tier in tiers),
        n_pairs=len(pairs),
        n_sure=sum(surely_before(a, b) or surely_before(b, a) for a, b in pairs),
        first=tuple(row for row in ranked if _may_be(row, 1)),
        last=tuple(row for row in ranked if _may_be(row, len(ranked))),
        lines=_lines(part.rows),
        improved=_changed(part.rows, "improved"),
        fell=_changed(part.rows, "fell"),
    )


def _lines(rows: tuple[ScoreRow, ...]) -> tuple[LineConclusion, ...]:
    """Return what is told of each line; the units of a class that have a rank share its lines."""
    decided = [row for row in rows if row.figures.decisions]
    if not decided:
        return ()
    return tuple(
        LineConclusion(
            line=line,
            above=_beyond(decided, place, "above"),
            below=_beyond(decided, place, "below"),
        )
        for place, line in enumerate(decided[0].figures.decisions or ())
    )


def _beyond(rows: list[ScoreRow], place: int, side: Side) -> Named:
    told = [
        (row, (row.figures.decisions or ())[place])
        for row in rows
        if (row.figures.decisions or ())[place].side == side
    ]
    return Named(
        rows=tuple(row for row, _ in told),
        strictly=tuple(row for row, decision in told if decision.strict),
    )


def _changed(rows: tuple[ScoreRow, ...], side: Literal["improved", "fell"]) -> Named:
    told = [
        (row, row.change.figures) for row in rows if row.change and row.change.figures.side == side
    ]
    return Named(
        rows=tuple(row for row, _ in told),
        strictly=tuple(row for row, change in told if change.strict),
    )


def _may_be(row: ScoreRow, rank: int) -> bool:
    ranks = row.figures.rank_range
    return ranks is not None and ranks[0] <= rank <= ranks[1]
