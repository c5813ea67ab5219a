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
from survey.stats.simulation.fieldworks import MANNERS
from survey.stats.simulation.forecast_quality import (
    OneFieldwork,
    Quality,
    follow_fieldwork,
    quality_of,
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
    "MANNERS",
    "OPEN",
    "OPENED_AT",
    "SCENARIOS",
    "SETTINGS",
    "TOWNS",
    "Draw",
    "OneFieldwork",
    "Outcome",
    "Quality",
    "Repeat",
    "Summary",
    "appraise_draw",
    "draw_repeat",
    "follow_fieldwork",
    "generator",
    "outcomes",
    "quality_of",
    "run_repeat",
    "summarise",
]
