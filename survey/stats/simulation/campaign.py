"""A simulated county as what a campaign is scored from: its plan, its answers, its invited."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.ages import AGE_GROUPS
from survey.stats.campaign.corrections import NonresponsePlan
from survey.stats.campaign.invitations import NEVER, Invitations, InvitedRounds
from survey.stats.campaign.plan import (
    ChannelPlan,
    ClassPlan,
    ConversionPlan,
    GradeBand,
    GroupPlan,
    ItemPlan,
    MarginPlan,
    Plan,
    PopulationPlan,
    RulePlan,
    ScreeningPlan,
    UnitPlan,
)
from survey.stats.campaign.sample import NONE, SEXES, Sample
from survey.stats.simulation.answering import Invited
from survey.stats.simulation.county import NO_UNIT, POINTS, VARIABLES, County
from survey.stats.simulation.groups import GroupAnswers
from survey.stats.simulation.plans import DEPARTMENTS, PLANS, RESIDENTS, TOWNS, PlanKind
from survey.stats.simulation.sheets import Sheets, together

AREA = "990700000000"
ITEM, INVITED, OPEN = "C6", "token_sms", "qr_open"
OPENED_AT = 1_796_054_400  # 2026-12-01 in China
LIMITS = (0.2, 5.0)
FULL_POINTS = 20.0
RANK_DRAWS = 1_000  # a twentieth of the usual: half the time, and no score hangs on them
# What the demonstration's rules do; the others look for what nobody does here.
RULES = (
    RulePlan(rule_id="V04", action="exclude"),
    RulePlan(rule_id="V07", action="quarantine"),
    RulePlan(rule_id="V08", action="quarantine"),
)
GRADES = (
    GradeBand(zh="优秀", en="Excellent", minimum=90),
    GradeBand(zh="良好", en="Good", minimum=80),
    GradeBand(zh="一般", en="Fair", minimum=60),
    GradeBand(zh="较差", en="Poor", minimum=0),
)
_AGE, _SEX, _TOWN = (VARIABLES.index(name) for name in ("age", "sex", "area"))
_AGES, _SEXES = AGE_GROUPS[1:], SEXES[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What ``appraise`` is given; answers of invited people stand first in the sample.

    ``honest`` (n,) is for measurement alone: which answers say what their people think.
    """

    plan: Plan
    sample: Sample
    invitations: Invitations | None
    honest: BoolArray


def campaign_of(
    county: County,
    invited: Invited,
    volunteers: Sheets,
    *,
    silence: NonresponsePlan | None,
    kind: PlanKind = PLANS["residents"],
    groups: GroupAnswers | None = None,
) -> Campaign:
    """Return the campaign in which these people answered.

    With ``silence`` the list of all invited residents is known, with the wave each answered in,
    and the plan lets it count so. ``groups`` are the answers of those besides residents.
    """
    plan = plan_of(county, kind)
    if silence:
        plan = replace(plan, nonresponse=silence)
    of_invited, opened = invited.sheets, volunteers
    if groups:
        of_invited = together(of_invited, groups.invited)
        opened = together(opened, groups.opened)
    sheets = together(of_invited, opened)
    return Campaign(
        plan=plan,
        sample=_sample(sheets, n_invited=of_invited.unit.size, sittings=kind.sittings),
        invitations=_invitations(county, invited, silence) if silence else None,
        honest=sheets.honest[sheets.person],
    )


def town_code(town: int) -> str:
    """Return the area code of a town."""
    return f"990700{town + 1:03d}000"


def plan_of(county: County, kind: PlanKind) -> Plan:
    """Return a plan with the product's defaults: residents raked by unit on sex and five ages."""
    setting = county.setting
    towns = tuple(_unit(f"{TOWNS}{k + 1:02d}", home=town_code(k)) for k in range(setting.n_towns))
    departments = tuple(
        _unit(f"{DEPARTMENTS}{k + 1:02d}", home="") for k in range(setting.n_departments)
    )
    everybody = np.ones(county.codes.shape[0], dtype=np.bool_)
    places = {town_code(k): county.codes[:, _TOWN] == k for k in range(setting.n_towns)}
    return Plan(
        units=towns + departments,
        groups=(
            GroupPlan(
                group_code=RESIDENTS, min_valid=kind.least, weighting="raking",
                margins=("sex", "age5"), trim_lower=LIMITS[0], trim_upper=LIMITS[1],
            ),
            *(
                GroupPlan(group_code=group.code, min_valid=group.min_valid, weighting="none")
                for group in kind.groups
            ),
        ),
        classes=tuple(
            ClassPlan(class_code=code, coefficients=weights)
            for code, weights in zip((TOWNS, DEPARTMENTS), kind.weights, strict=True)
        ),
        populations=tuple(
            PopulationPlan(population=area, margins=_margins(county.codes[here]))
            for area, here in (*places.items(), (AREA, everybody))
        ),
        channels=(
            ChannelPlan(channel=INVITED, invited=True, timed=True),
            ChannelPlan(channel=OPEN, invited=False, timed=True),
        ),
        townships=tuple(places),
        points=(0.0, *POINTS),
        screening=ScreeningPlan(rules=RULES),
        conversion=ConversionPlan(method="direct", full_points=FULL_POINTS),
        grades=GRADES,
        rank_draws=RANK_DRAWS,
    )  # fmt: skip


def _unit(code: str, *, home: str) -> UnitPlan:
    return UnitPlan(
        unit_code=code, class_code=code[0], population=home or AREA, home=home,
        items=(ItemPlan(item_id=ITEM, coefficient=100.0),),
    )  # fmt: skip


def _margins(codes: IndexArray) -> tuple[MarginPlan, ...]:
    return (
        _margin("sex", _SEXES, np.bincount(codes[:, _SEX], minlength=len(_SEXES))),
        _margin("age5", _AGES, np.bincount(codes[:, _AGE], minlength=len(_AGES))),
    )


def _margin(variable: str, names: tuple[str, ...], number: IndexArray) -> MarginPlan:
    # In the order of the names, as a plan read from files has them.
    totals = sorted(zip(names, number.astype(np.float64).tolist(), strict=True))
    return MarginPlan(
        variable=variable,
        categories=tuple(name for name, _ in totals),
        totals=tuple(total for _, total in totals),
    )


def _sample(sheets: Sheets, *, n_invited: int, sittings: bool) -> Sample:
    """Each rating is a response; in sittings those of one person are known to be one person's."""
    n, person = sheets.unit.size, sheets.person
    codes = sheets.codes[person]
    invited = np.arange(n) < n_invited
    return Sample(
        response_id=np.array([f"R{k:06d}" for k in range(n)], dtype=np.str_),
        unit=sheets.unit,
        group=sheets.group[person],
        channel=np.where(invited, 0, 1),
        items=(1 + np.searchsorted(POINTS, sheets.points))[:, None].astype(np.int8),
        sex=codes[:, _SEX].astype(np.int8),
        age=(codes[:, _AGE] + 1).astype(np.int8),
        residence=np.full(n, NONE, dtype=np.int8),
        township=codes[:, _TOWN],
        duration_ms=_milliseconds(sheets.seconds)[person],
        submitted_at=OPENED_AT + 60 * sheets.minute[person],
        device=person.astype(np.int64),
        network=sheets.network[person],
        token=_in_order_of_issue(sheets, invited, by_unit=not sittings),
        own_staff=np.zeros(n, dtype=np.bool_),
        rater=person.astype(np.int64) if sittings else np.full(n, NONE, dtype=np.int64),
    )


def _in_order_of_issue(
    sheets: Sheets, invited: BoolArray, *, by_unit: bool
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give each code that was used its number; one for one unit is of that unit's batch."""
    out = np.full(sheets.unit.size, NONE, dtype=np.int64)
    person = sheets.person[invited]
    batch = sheets.group[person] * (int(sheets.unit.max(initial=0)) + 1)
    if by_unit:
        batch = batch + sheets.unit[invited]
    code = batch * sheets.network.size + person
    out[invited] = np.unique(code, return_inverse=True)[1]
    return out


def _milliseconds(seconds: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.rint(1000 * seconds).astype(np.int64)


def _invitations(county: County, invited: Invited, silence: NonresponsePlan) -> Invitations:
    """List everybody invited once for each unit they could rate; passing one over is silence."""
    person, place = np.nonzero(invited.units != NO_UNIT)
    unit = invited.units[person, place].astype(np.intp)
    size = county.setting.n_units
    answered = np.flatnonzero(invited.wave > 0)
    rating = answered[invited.sheets.person] * size + invited.sheets.unit
    response = np.full(invited.wave.size * size, NONE, dtype=np.intp)
    response[rating] = np.arange(rating.size)
    response = response[person * size + unit]
    apart = silence.waves_apart
    return Invitations(
        unit=unit,
        group=np.zeros(unit.size, dtype=np.intp),
        response=response,
        # A list tells who answered before the first reminder, and who after it, or after which.
        wave=np.where(
            response >= 0, np.minimum(invited.wave[person], 3 if apart else 2), NEVER
        ).astype(np.int8),
        sex=invited.codes[person, _SEX].astype(np.int8),
        age=(invited.codes[person, _AGE] + 1).astype(np.int8),
        residence=np.full(unit.size, NONE, dtype=np.int8),
        rounds=InvitedRounds(
            person=person.astype(np.intp), lot=invited.lot[person], early=invited.early[person]
        )
        if apart
        else None,
    )
