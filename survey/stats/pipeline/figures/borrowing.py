"""Puts what groups lent one another into figures and notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.borrowing_figures import BorrowingFigure, GroupBorrowing, Lending
from survey.stats.campaign.corrections import BorrowingPlan
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.units import known

if TYPE_CHECKING:
    from survey.stats.pipeline.corrected import Corrected
    from survey.stats.pipeline.holding.lending import ClassBorrowing, LentScores


def borrowing_figures(done: Corrected) -> tuple[BorrowingFigure, ...]:
    """Return the figures of every unit that took part and has a score, in the plan's order."""
    lent, domains = done.lent, done.domains
    if lent is None:
        return ()
    took = np.isfinite(lent.value) | lent.coached
    chosen = np.flatnonzero(np.isfinite(lent.value).any(axis=1) & done.final.units.covered)
    return tuple(
        BorrowingFigure(
            unit_code=domains.units[u].unit_code,
            undrawn=float(done.undrawn.scored.units.score[u]),
            undrawn_se=_error(done.undrawn.scored.units.share[u], done.undrawn.variance[u]),
            drawn=float(done.final.units.score[u]),
            drawn_se=_error(done.final.units.share[u], done.variance[u]),
            groups=tuple(_group(done, lent, int(u), int(g)) for g in np.flatnonzero(took[u])),
        )
        for u in chosen
    )


def _group(done: Corrected, lent: LentScores, u: int, g: int) -> GroupBorrowing:
    shape, domains = done.domains.shape, done.domains
    undrawn = done.undrawn.scored.groups.score.reshape(shape)[u, g]
    own = float(lent.follows[u, g, g])
    return GroupBorrowing(
        group_code=domains.groups[g].group_code,
        undrawn=float(undrawn),
        undrawn_se=float(np.sqrt(done.undrawn.variance[u, g])),
        drawn=float(done.final.groups.score.reshape(shape)[u, g]),
        drawn_se=float(np.sqrt(done.group_variance[u, g])),
        lent=float(np.clip(1 - own, 0.0, 1.0)),
        others=known(lent.others[u, g]),
        state=_state(lent, u, g),
    )


def _state(lent: LentScores, u: int, g: int) -> Lending:
    if lent.coached[u, g]:
        return "coached"
    return "apart" if lent.apart[u, g] else "drawn"


def _error(share: FloatArray, variance: FloatArray) -> float:
    return float(np.sqrt((share**2 * variance).sum()))


def borrowing_notices(
    done: Corrected, figures: tuple[BorrowingFigure, ...], wanted: BorrowingPlan
) -> tuple[AppraisalNotice, ...]:
    """Say of each class how groups borrowed, and of each unit what that did."""
    if wanted.method == "none" or done.lent is None:
        return ()
    if not done.firm.any():
        return (_about("", "", Notice("borrowing_unheld")),)
    classes = (said for entry in done.lent.classes for said in _of_class(done, entry))
    units = (said for figure in figures for said in _of_unit(figure))
    return (*classes, *units)


def _of_class(done: Corrected, entry: ClassBorrowing) -> Iterator[AppraisalNotice]:
    code = done.domains.units[int(entry.units[0])].class_code if entry.units.size else ""
    if entry.found is None:
        few = Notice("borrowing_few", class_code=code, n=entry.several, needed=entry.needed)
        yield _about("", "", few)
        return
    yield _about(
        "",
        "",
        Notice(
            "groups_borrow",
            class_code=code,
            n=int(entry.units.size),
            unit_sd=float(np.sqrt(entry.found.unit_variance)),
            group_sd=float(np.sqrt(entry.found.group_variance)),
        ),
    )
    if entry.earlier is not None:
        yield from _of_earlier(done, entry, code, entry.earlier)


def _of_earlier(
    done: Corrected, entry: ClassBorrowing, code: str, known: BoolArray
) -> Iterator[AppraisalNotice]:
    """Say what scores of last time told of a class, and which of its units have none."""
    n = int(known.sum())
    if entry.slope is None:
        few = Notice("earlier_scores_few", class_code=code, n=n, needed=entry.needed_earlier)
        yield _about("", "", few)
        return
    used = Notice("earlier_scores_used", class_code=code, n=n, slope=entry.slope)
    yield _about("", "", used)
    for u in entry.units[~known]:
        unit = done.domains.units[int(u)].unit_code
        yield _about(unit, "", Notice("no_earlier_score"))


def _of_unit(figure: BorrowingFigure) -> Iterator[AppraisalNotice]:
    drawn = Notice(
        "unit_drawn", undrawn=figure.undrawn, score=figure.drawn,
        before=figure.undrawn_se, se=figure.drawn_se,
    )  # fmt: skip
    yield _about(figure.unit_code, "", drawn)
    for group in figure.groups:
        if group.state == "coached":
            yield _about(figure.unit_code, group.group_code, Notice("coached_undrawn"))
        elif group.state == "apart":
            apart = Notice("group_apart", score=group.undrawn, others=group.others)
            yield _about(figure.unit_code, group.group_code, apart)


def _about(unit_code: str, group_code: str, notice: Notice) -> AppraisalNotice:
    return AppraisalNotice(unit_code=unit_code, group_code=group_code, notice=notice)
