"""Counties whose true scores are known, and what attacks and refusals do to estimates."""

from survey.stats.simulation.campaign import (
    AREA,
    DEPARTMENTS,
    GROUP,
    INVITED,
    ITEM,
    OPEN,
    OPENED_AT,
    TOWNS,
)
from survey.stats.simulation.goals import Outcome, outcomes
from survey.stats.simulation.repeating import (
    COUNTIES,
    Draw,
    appraise_draw,
    draw_repeat,
    generator,
    run_repeat,
)
from survey.stats.simulation.scenarios import SCENARIOS, SETTINGS
from survey.stats.simulation.summary import Repeat, Summary, summarise

__all__ = [
    "AREA",
    "COUNTIES",
    "DEPARTMENTS",
    "GROUP",
    "INVITED",
    "ITEM",
    "OPEN",
    "OPENED_AT",
    "SCENARIOS",
    "SETTINGS",
    "TOWNS",
    "Draw",
    "Outcome",
    "Repeat",
    "Summary",
    "appraise_draw",
    "draw_repeat",
    "generator",
    "outcomes",
    "run_repeat",
    "summarise",
]
