"""All kinds of jobs, by the names they are kept under."""

from survey.appraisal.appeals.weighing_job import WEIGH
from survey.appraisal.callbacks.drawing_job import DRAW_CALLS
from survey.appraisal.many.scoring_job import SCORE
from survey.appraisal.review.weighing_job import WEIGH_CASE
from survey.exchange.microdata.making_job import MICRODATA
from survey.fieldwork.papers.printing import POSTERS
from survey.jobs.kinds import Kinds
from survey.reports.archive_job import CADRE, LETTERS

_ALL = (SCORE, WEIGH, WEIGH_CASE, DRAW_CALLS, MICRODATA, LETTERS, CADRE, POSTERS)
KINDS: Kinds = {kind.name: kind for kind in _ALL}
