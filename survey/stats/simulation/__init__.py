"""Counties whose true scores are known, and what attacks and refusals do to estimates."""

from survey.stats.simulation.goals import Outcome, outcomes
from survey.stats.simulation.repeating import COUNTIES, run_repeat
from survey.stats.simulation.scenarios import SCENARIOS, SETTINGS
from survey.stats.simulation.summary import Repeat, Summary, summarise

__all__ = [
    "COUNTIES",
    "SCENARIOS",
    "SETTINGS",
    "Outcome",
    "Repeat",
    "Summary",
    "outcomes",
    "run_repeat",
    "summarise",
]
