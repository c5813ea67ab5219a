"""From a valid form of a sitting to the submissions that are stored, one a unit."""

from typing import Any

from survey.forms.sitting import SittingForm, comment_name
from survey.respond.answering import read_person
from survey.respond.intake import Submission
from survey.respond.sitting_questionnaire import SittingQuestionnaire
from survey.respond.unit_questionnaire import UnitQuestionnaire

# Time a further unit takes, of the time the first one takes: its questions have been read.
FURTHER_UNIT = 0.4

Rated = tuple[UnitQuestionnaire, Submission]


def read_sitting(form: SittingForm, *, sitting: SittingQuestionnaire, **source: Any) -> list[Rated]:
    """Return the units that a valid form rates, each with its answers; `source` as for one unit.

    The time of the sitting is given to each unit as the time that unit alone would have taken,
    so that the rule against answers too fast to be read means the same everywhere.
    """
    asked = {unit.unit.code: unit for unit in sitting.units}
    rated = form.rated()
    person = read_person(form.data, asked=sitting.units[0], **source)
    person["duration_ms"] = round(person["duration_ms"] / (1 + FURTHER_UNIT * (len(rated) - 1)))
    return [
        (
            asked[unit.code],
            Submission(
                answers="".join(field.data for field in form.answers_of(unit)),
                own_staff=form.data["own_staff"] == unit.code,
                comment=form.data.get(comment_name(unit.code)) or "",
                **person,
            ),
        )
        for unit in rated
    ]
