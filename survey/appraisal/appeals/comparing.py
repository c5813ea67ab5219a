"""Two runs of a campaign side by side, as far as an appeal is concerned."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.appraisal.record.scores import AppealFigures
from survey.appraisal.review.effects import is_current
from survey.appraisal.runs import latest_appraisal, read_record
from survey.appraisal.score_document import units_of
from survey.model import Appraisal, Campaign
from survey.problems import Refused


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


def current_run(session: Session, campaign: Campaign) -> Appraisal:
    """Return the newest run; raises Refused where something was decided on cases since."""
    run = latest_appraisal(session, campaign=campaign)
    if run is None or not is_current(session, campaign=campaign, run=run):
        raise Refused.of(
            field=campaign.code,
            zh="最近一次计分之后又有新的认定；请再复核计算一次",
            en="something was decided since the newest run; compute it anew",
        )
    return run


def _figures(campaign: Campaign, run: Appraisal) -> dict[str, AppealFigures]:
    units = units_of(campaign=campaign, record=read_record(run))
    return {unit.unit_code: AppealFigures.of(unit) for unit in units}
