"""Two runs of a campaign side by side, as far as an appeal is concerned."""

from __future__ import annotations

from dataclasses import dataclass

from survey.appraisal.record.scores import AppealFigures, UnitScore
from survey.appraisal.runs import read_record
from survey.appraisal.score_document import units_of
from survey.model import Appraisal, Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A unit's figures in the release contested and in another run, and how many others differ."""

    before: AppealFigures
    after: AppealFigures
    n_others: int

    @property
    def moves(self) -> bool:
        """Whether the unit itself has other figures."""
        return self.before != self.after

    @property
    def moves_any(self) -> bool:
        """Whether any unit has other figures."""
        return self.moves or self.n_others > 0


def compare_runs(
    campaign: Campaign, *, released: Appraisal, run: Appraisal, unit_code: str
) -> Compared:
    """Return what differs between the run that was released and another one, as published."""
    then, now = _figures(campaign, released), _figures(campaign, run)
    return Compared(
        before=then[unit_code],
        after=now[unit_code],
        n_others=sum(now[code] != then[code] for code in then if code != unit_code),
    )


def figures_of(unit: UnitScore) -> AppealFigures:
    """Return what of a unit's score an appeal can move."""
    return AppealFigures(
        score=unit.score, lower=unit.lower, upper=unit.upper, class_rank=unit.class_rank
    )


def _figures(campaign: Campaign, run: Appraisal) -> dict[str, AppealFigures]:
    units = units_of(campaign=campaign, record=read_record(run))
    return {unit.unit_code: figures_of(unit) for unit in units}
