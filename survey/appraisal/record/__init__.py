"""What is kept, typed: the record of a run, and the document of a release."""

from survey.appraisal.record.appraisal import (
    AppraisalRecord,
    Changes,
    EarlierCampaign,
    Reason,
    UnitChange,
)
from survey.appraisal.record.scores import ScoreDocument

__all__ = [
    "AppraisalRecord",
    "Changes",
    "EarlierCampaign",
    "Reason",
    "ScoreDocument",
    "UnitChange",
    "plain",
    "reported",
    "scores",
    "witnessed",
]
