"""One draw of a scenario: a population, who answers in it, and the truth of every unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.corrections import NonresponsePlan
from survey.stats.simulation.answering import Invited, invite, opinion_holders, volunteer
from survey.stats.simulation.campaign import Campaign, campaign_of
from survey.stats.simulation.county import County, Setting, build_county
from survey.stats.simulation.groups import GroupAnswers, ask_groups
from survey.stats.simulation.plans import PLANS, PlanKind
from survey.stats.simulation.scenarios import Scenario
from survey.stats.simulation.settings import SETTINGS
from survey.stats.simulation.sheets import Sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What one repeat is about.

    Attributes
    ----------
    scenario : Scenario
    kind : PlanKind
    place : County
    invited, volunteers : residents who answered by code and at the open entrance
    groups : GroupAnswers
        Of everybody else.
    truth : ndarray of float64, shape (u,)
        Score of each unit had everybody of every group answered.
    """

    scenario: Scenario
    kind: PlanKind
    place: County
    invited: Invited
    volunteers: Sheets
    groups: GroupAnswers
    truth: FloatArray

    def campaign(self, *, earlier: tuple[tuple[float, float], ...] = ()) -> Campaign:
        """Return plan, answers and list of the invited, as an office would have them.

        ``earlier`` are the slopes of campaigns before it, with their errors.
        """
        method = self.scenario.silence
        silence = None if method is None else NonresponsePlan(method=method, earlier=earlier)
        return campaign_of(
            self.place, self.invited, self.volunteers, silence=silence, kind=self.kind,
            groups=self.groups,
        )  # fmt: skip


def draw_repeat(
    scenario: Scenario,
    *,
    setting: str,
    plan: str,
    seed: int,
    county: int,
    rng: np.random.Generator,
) -> Draw:
    """Draw who answers in one of the seed's populations, nothing false yet."""
    kind = PLANS[plan]
    place = _county(setting, _changes(scenario, setting), seed * 1000 + county)
    behaviour = scenario.behaviour
    invited = invite(place, behaviour, rng, sittings=kind.sittings)
    volunteers = volunteer(place, behaviour, rng, sittings=kind.sittings)
    groups = ask_groups(place, kind, rng)
    residents = opinion_holders(place, behaviour) if behaviour.dont_know else place.truth
    weights = np.array(kind.weights)[place.of_class]
    by_group = np.column_stack([residents, groups.truth])
    return Draw(
        scenario=scenario, kind=kind, place=place, invited=invited, volunteers=volunteers,
        groups=groups, truth=(weights * by_group).sum(axis=1) / weights.sum(axis=1),
    )  # fmt: skip


def _changes(scenario: Scenario, setting: str) -> tuple[tuple[str, float], ...]:
    changes = dict(scenario.changes)
    if scenario.codes < 1:
        changes["n_codes"] = round(scenario.codes * SETTINGS[setting].n_codes)
    return tuple(sorted(changes.items()))


def generator(*, seed: int, county: int, repeat: int) -> np.random.Generator:
    """Return what one repeat is drawn with."""
    return np.random.default_rng([seed, county, repeat])


@lru_cache(maxsize=12)  # so that what is asked of ten populations in turn draws each once
def _county(setting_name: str, changes: tuple[tuple[str, float], ...], seed: int) -> County:
    setting: Setting = replace(SETTINGS[setting_name], **dict(changes))  # type: ignore[arg-type]
    return build_county(setting, np.random.default_rng(seed))
