"""What is kept, typed: the record of a run, and the document of a release."""

from survey.appraisal.record.appraisal import (
    AppraisalRecord,
    Changes,
    EarlierCampaign,
    NoticeRecord,
    Reason,
    UnitChange,
)
from survey.appraisal.record.scores import ScoreDocument

__all__ = [
    "AppraisalRecord",
    "Changes",
    "EarlierCampaign",
    "NoticeRecord",
    "Reason",
    "ScoreDocument",
    "UnitChange",
]
