"""What attackers make of a draw: open boxes stuffed, invited answers captured or coached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from survey.stats.arrays import IndexArray
from survey.stats.campaign.sample import Sample
from survey.stats.simulation.attacks import STUFFINGS, Stuffing, stuff
from survey.stats.simulation.campaign import Campaign
from survey.stats.simulation.captures import capture_codes, coach, raise_by_one
from survey.stats.simulation.county import POINTS
from survey.stats.simulation.drawing import Draw
from survey.stats.simulation.groups import flood_poster
from survey.stats.simulation.scenarios import Attack
from survey.stats.simulation.sheets import together

_RESIDENTS, _COACHED, _HELD, _UNHELD = 0, 1, 1, 2  # groups by their place in the plan
_INVITED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """A campaign that was attacked, and how many false answers there are about a unit aimed at."""

    campaign: Campaign
    false: float


def attack_draw(
    draw: Draw, *, attack: Attack, units: IndexArray, amount: float, rng: np.random.Generator
) -> Attacked:
    """Let each of these units be attacked with so much.

    ``amount`` is, of stuffing, a share of all residents' answers about the unit; of floods, a
    number of answers; else a share of the invited answers that the attack is about.
    """
    if attack in STUFFINGS:
        numbers = {unit: _number(draw, unit, amount) for unit in units.tolist()}
        return _stuffed(draw, attack, numbers, rng)
    if attack in _FLOODED:
        return _flooded(draw, _FLOODED[attack], units, round(amount), rng)
    if attack == "staff_residents":
        return _staff_as_residents(draw, units, amount, rng)
    change, group = _INVITED_SIDE[attack]
    return _changed(draw.campaign(), units, amount, rng, change=change, group=group)


def _number(draw: Draw, unit: int, share: float) -> int:
    about = (draw.invited.sheets.unit == unit).sum() + (draw.volunteers.unit == unit).sum()
    return round(share / (1 - share) * int(about))


def _stuffed(
    draw: Draw, kind: Stuffing, numbers: Mapping[int, int], rng: np.random.Generator
) -> Attacked:
    out = draw.volunteers
    for unit, number in numbers.items():
        false = stuff(draw.place, draw.volunteers, attack=kind, unit=unit, number=number, rng=rng)
        out = together(out, false)
    campaign = replace(draw, volunteers=out).campaign()
    return Attacked(campaign=campaign, false=float(np.mean(list(numbers.values()))))


def _flooded(
    draw: Draw, group: int, units: IndexArray, number: int, rng: np.random.Generator
) -> Attacked:
    opened = draw.groups.opened
    for unit in units.tolist():
        opened = together(opened, flood_poster(opened, unit=unit, group=group,
                                               number=number, rng=rng))  # fmt: skip
    stuffed = replace(draw, groups=replace(draw.groups, opened=opened))
    return Attacked(campaign=stuffed.campaign(), false=float(number))


def _staff_as_residents(
    draw: Draw, units: IndexArray, share: float, rng: np.random.Generator
) -> Attacked:
    """Let staff answer by residents' codes of their own, and as many again from home."""
    about = draw.invited.sheets.unit
    numbers = {unit: round(share * int((about == unit).sum())) for unit in units.tolist()}
    opened = _stuffed(draw, "careful", numbers, rng)
    change = partial(raise_by_one, best=len(POINTS))
    invited = _changed(opened.campaign, units, share, rng, change=change, group=_RESIDENTS)
    return Attacked(campaign=invited.campaign, false=opened.false + invited.false)


def _changed(
    campaign: Campaign,
    units: IndexArray,
    share: float,
    rng: np.random.Generator,
    *,
    change: Callable[..., Sample],
    group: int | None,
) -> Attacked:
    """Change a share of the invited answers about each unit, of one group or of all."""
    sample, numbers = campaign.sample, []
    for unit in units.tolist():
        here = (sample.unit == unit) & (sample.channel == _INVITED)
        rows = np.flatnonzero(here if group is None else here & (sample.group == group))
        sample = change(sample, rows=rows, share=share, rng=rng)
        numbers.append(round(share * rows.size))
    same = (sample.items == campaign.sample.items).all(axis=1)
    changed = replace(campaign, sample=sample, honest=campaign.honest & same)
    return Attacked(campaign=changed, false=float(np.mean(numbers)))


_FLOODED: Mapping[Attack, int] = {"praise_poster": _HELD, "poster_alone": _UNHELD}
_INVITED_SIDE: Mapping[Attack, tuple[Callable[..., Sample], int | None]] = {
    "leaked_careful": (partial(capture_codes, kind="careful", best=len(POINTS)), None),
    "leaked_batch": (partial(capture_codes, kind="batch", best=len(POINTS)), None),
    "coached": (partial(coach, pattern="all 5"), _COACHED),
}
