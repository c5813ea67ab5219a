"""From a valid form to the submission that is stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from survey.forms import arrangement, local_items
from survey.forms.questionnaire import QuestionnaireForm
from survey.respond.door.form_token import FormToken
from survey.respond.door.source_marks import device_mark, network_mark
from survey.respond.intake import Submission
from survey.respond.unit_questionnaire import UnitQuestionnaire
from survey.scheme.stored import scheme_of


def read_submission(
    form: QuestionnaireForm,
    *,
    asked: UnitQuestionnaire,
    **source: Any,
) -> Submission:
    """Return what a valid form says; `source` as for `read_person`."""
    data: Mapping[str, Any] = form.data
    reasons = data.get("reasons") or [] if form.is_low() else []
    local = [field for field in form.local_fields() if form.is_asked(field.name)]
    return Submission(
        answers="".join(field.data for field in form.item_fields()),
        own_staff=bool(data["own_staff"]),
        reasons=tuple(sorted(set(reasons))),
        comment=data.get("comment") or "",
        local_answers=local_items.closed_answers(local),
        local_texts=local_items.texts(local),
        arrangement=arrangement.choose(
            scheme_of(asked.campaign).questionnaire, source["token"].draw
        ),
        **read_person(data, asked=asked, **source),
    )


def read_person(
    data: Mapping[str, Any],
    *,
    asked: UnitQuestionnaire,
    lang: str,
    token: FormToken,
    at: datetime,
    key: bytes,
    user_agent: str,
    address: str | None,
) -> dict[str, Any]:
    """Return what a form says of the person and its source, whatever is rated.

    `key` is the campaign's, for the marks. The time taken is the server's own: from making the
    page to receiving the answer.
    """
    age, sex, _area, residence = asked.campaign.questionnaire.content["profile"]
    areas = {area.code: area.position for area in asked.areas}
    return {
        "age": age["options"].index(data["age"]),
        "sex": sex["options"].index(data["sex"]),
        "residence": residence["options"].index(data["residence"]),
        "area": areas.get(data["area"], 0),
        "duration_ms": max(0, round((at - token.issued_at).total_seconds() * 1000)),
        "lang": lang,
        "device_mark": device_mark(key, device_id=data["device"] or "", user_agent=user_agent),
        "network_mark": network_mark(key, address),
    }
