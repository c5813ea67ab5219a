"""All kinds of jobs, by the names they are kept under."""

from survey.appraisal.appeals.weighing_job import WEIGH
from survey.appraisal.many.scoring_job import SCORE
from survey.exchange.microdata.making_job import MICRODATA
from survey.jobs.kinds import Kinds

KINDS: Kinds = {kind.name: kind for kind in (SCORE, WEIGH, MICRODATA)}
