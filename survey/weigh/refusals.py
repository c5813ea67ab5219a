"""What the statistics refuse, said in both languages with the file it is about."""

from __future__ import annotations

from collections.abc import Sequence

from survey.problems import Refused
from survey.stats.errors import StatsError
from survey.stats.estimation.design import LonelyUnitError
from survey.stats.notices import Notice
from survey.weigh.plan import WeighPlan
from survey.weigh.table import WeighTable
from survey.wording import Words, problem_of, say

_SMALL_CATEGORIES = Words("请合并人数很少的类别", "merge small categories")


def in_words(error: StatsError, *, file: str) -> Refused:
    """Return the refusal for an error of the statistics."""
    problem = problem_of(error)
    return Refused.of(zh=problem.zh, en=problem.en, file=file)


def stratum_refusal(
    table: WeighTable, plan: WeighPlan, names: tuple[str, ...], error: LonelyUnitError
) -> Refused:
    """Return the refusal of strata with one sampling unit, the strata named."""
    if not names or error.values["stage"] != 1:
        return in_words(error, file=plan.file)
    problem = problem_of(error, strata=tuple(names[code] for code in error.strata))
    return table.refusal(problem.zh, problem.en, field=plan.design.strata)


def not_converged(notices: Sequence[Notice], *, file: str) -> Refused:
    """Return the refusal of a calibration that met no end, with the totals that contradict."""
    known = [n for n in notices if n.code in {"totals_contradict", "totals_out_of_reach"}]
    why = say(known[0].code, known[0].values) if known else _SMALL_CATEGORIES
    return Refused.of(
        zh=f"校准没有收敛，没有写出权数。{why.zh}",
        en=f"the calibration did not converge, no weights were written: {why.en}",
        file=file,
        field="calibration.margin",
    )
