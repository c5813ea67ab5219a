"""What is simulated: kinds of county, and what goes wrong in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.stats.simulation.answering import Behaviour
from survey.stats.simulation.attacks import Attack
from survey.stats.simulation.county import Setting

SHARES = (0.05, 0.10, 0.20, 0.40)

# Constants of the method were chosen on "tuning" alone; results are reported on the others.
SETTINGS: Mapping[str, Setting] = {
    "tuning": Setting(),
    # Units closer together, other towns and departments, fewer and other addresses.
    "varied": Setting(
        n_people=90_000, n_towns=26, n_departments=34, unit_sd=4.2, resident_sd=8.0,
        noise_sd=17.0, level=70.0, age_effect=(-3.0, -2.0, 0.0, 3.0, 5.0),
        occupation_effect=(2.0, -1.0, -2.0, 2.0, -2.0, 1.0), carriers=25, carrier_share=0.45,
    ),
    # Ages as in the demonstration county: 60 and older 27.6 % of adults, 4.8 % of open answers.
    "ageing": Setting(
        age_share=(0.16, 0.26, 0.304, 0.166, 0.11), age_open=(0.7, 0.5, 0.1, -1.3, -2.3),
        age_effect=(-6.0, -3.0, 0.0, 5.0, 8.0), unit_sd=5.0, level=66.0,
    ),
    # Drawn up when the method stood: few towns, fewer volunteers, milder leniency.
    "last": Setting(
        n_people=150_000, n_towns=16, n_departments=44, unit_sd=4.8, resident_sd=9.0,
        noise_sd=16.0, level=65.0, age_share=(0.14, 0.22, 0.3, 0.2, 0.14),
        age_effect=(-4.0, -1.0, 0.0, 3.0, 4.0), age_open=(0.8, 0.4, 0.0, -0.8, -1.8),
        n_open=7_000, carriers=60, carrier_share=0.7,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that can go wrong, or several.

    Attributes
    ----------
    name, zh, en : str
    behaviour : Behaviour
    attack : Attack or None
        How the open box is stuffed, at every one of ``shares``.
    attacked_units : int
    shares : tuple of float
        False answers as a share of all answers about an attacked unit.
    changes : mapping
        Fields of the setting that differ.
    callbacks : bool
        Whether a list of everybody invited and the reminder waves are used.
    """

    name: str
    zh: str
    en: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    attack: Attack | None = None
    attacked_units: int = 0
    shares: tuple[float, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)
    callbacks: bool = False


def _attack(name: str, attack: Attack, zh: str, en: str, units: int = 1) -> Scenario:
    return Scenario(
        name=name, zh=zh, en=en, behaviour=Behaviour(selection=1.0), attack=attack,
        attacked_units=units, shares=SHARES,
    )  # fmt: skip


def _choosing(name: str, association: float, zh: str, en: str) -> Scenario:
    """Many invited people and nobody else, who rate fewer than half of the units they know."""
    return Scenario(
        name=name, zh=zh, en=en, behaviour=Behaviour(association=association),
        changes={"n_open": 0, "n_codes": 20_000, "rating_rate": -0.5},
    )  # fmt: skip


_ALL = (
    Scenario(name="null", zh="无任何偏差", en="nothing wrong", behaviour=Behaviour(by_chance=True)),
    Scenario(name="plain", zh="普通无回答", en="plain nonresponse"),
    Scenario(
        name="selection", zh="按态度自选", en="opinion-driven self-selection",
        behaviour=Behaviour(selection=1.0),
    ),
    Scenario(
        name="strong_selection", zh="按态度强自选", en="strong opinion-driven self-selection",
        behaviour=Behaviour(selection=2.0),
    ),
    Scenario(
        name="half_codes", zh="自选，评议码减半", en="self-selection, half the codes",
        behaviour=Behaviour(selection=1.0), changes={"n_codes": 3_000},
    ),
    Scenario(
        name="nonignorable", zh="受邀居民按态度不答", en="nonignorable nonresponse of the invited",
        behaviour=Behaviour(selection=1.0, invited_selection=0.3), callbacks=True,
    ),
    Scenario(
        name="dont_know", zh="不满者多选不了解", en="the dissatisfied say they do not know",
        behaviour=Behaviour(dont_know=0.03), changes={"rating_rate": 0.85},
    ),
    Scenario(
        name="five_answers", zh="每单位5份受邀答卷", en="five invited answers a unit, nothing else",
        behaviour=Behaviour(per_unit=5), changes={"n_open": 0},
    ),
    Scenario(
        name="ten_answers", zh="每单位10份受邀答卷", en="ten invited answers a unit, nothing else",
        behaviour=Behaviour(per_unit=10), changes={"n_open": 0},
    ),
    _choosing("no_leniency", 0.0, "宽严与选评无关", "leniency unrelated to choice"),
    _choosing("leniency", 0.5, "宽严与选评相关", "leniency related to choice"),
    _choosing("strong_leniency", 1.0, "宽严与选评强相关", "leniency strongly related to choice"),
    _attack("bots", "bots", "机器刷票", "bots"),
    _attack("staff", "staff", "单位网内刷票", "staff on the unit's network"),
    _attack("careful", "careful", "仿真刷票", "careful adversary"),
    _attack("rare_cells", "rare_cells", "冒充稀缺人群刷票", "careful, claiming rare cells"),
    _attack("rival", "rival", "恶意打低分", "attack on a rival"),
    _attack("fifth", "careful", "五分之一单位同时刷票", "a fifth of all units at once", units=12),
    Scenario(
        name="several", zh="多种问题并存", en="several together",
        behaviour=Behaviour(selection=1.0, invited_selection=0.1, dont_know=0.01),
        attack="careful", attacked_units=12, shares=(0.10,), callbacks=True,
    ),
)  # fmt: skip
SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
