"""What the statistics have to say, in both languages, with the same values in each."""

from survey.wording.earlier import earlier_words
from survey.wording.headings import heading_of
from survey.wording.names import CAMPAIGN_NAMES
from survey.wording.speaking import problem_of, say, spoken
from survey.wording.steps import STEPS
from survey.wording.words import Words

__all__ = [
    "CAMPAIGN_NAMES",
    "STEPS",
    "Words",
    "earlier_words",
    "heading_of",
    "problem_of",
    "say",
    "spoken",
]
