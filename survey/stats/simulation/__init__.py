"""Counties whose true scores are known, and what attacks and refusals do to estimates."""

from survey.stats.simulation.campaign import AREA, INVITED, ITEM, OPEN, OPENED_AT
from survey.stats.simulation.drawing import Draw, draw_repeat, generator
from survey.stats.simulation.fieldworks import MANNERS
from survey.stats.simulation.forecast_quality import (
    OneFieldwork,
    Quality,
    follow_fieldwork,
    quality_of,
)
from survey.stats.simulation.goals import GOALS, Goal, Outcome, outcomes
from survey.stats.simulation.plans import DEPARTMENTS, PLANS, RESIDENTS, TOWNS, PlanKind
from survey.stats.simulation.repeating import COUNTIES, appraise_draw, run_repeat
from survey.stats.simulation.scenarios import SCENARIOS
from survey.stats.simulation.settings import SETTINGS, UNSEEN
from survey.stats.simulation.summary import Repeat, Summary, summarise

__all__ = [
    "AREA",
    "COUNTIES",
    "DEPARTMENTS",
    "GOALS",
    "INVITED",
    "ITEM",
    "MANNERS",
    "OPEN",
    "OPENED_AT",
    "PLANS",
    "RESIDENTS",
    "SCENARIOS",
    "SETTINGS",
    "TOWNS",
    "UNSEEN",
    "Draw",
    "Goal",
    "OneFieldwork",
    "Outcome",
    "PlanKind",
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
