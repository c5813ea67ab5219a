"""What the statistics refuse, said in both languages with the file it is about."""

from __future__ import annotations

from survey.problems import Refused
from survey.stats.errors import StatsError
from survey.stats.estimation.design import LonelyUnitError
from survey.weigh.plan import WeighPlan
from survey.weigh.table import WeighTable
from survey.wording import problem_of


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
