"""The words of a county that papers will say, looked at before they are taken in.

One sign that no font draws would stop the papers of all units, when nobody can change it any more.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from survey.fieldwork.papers.drawable import lacking_problem, undrawable
from survey.fieldwork.papers.font import Font
from survey.problems import Problem, Refused
from survey.scheme.county import CountyFolder
from survey.scheme.source import TEXTS

_Told = Callable[[str], Problem]


def require_drawable_folder(county: CountyFolder, *, font: Font) -> None:
    """Refuse a county with names or texts that papers could not say, each by its place."""
    said = list(_said(county))
    lacking = set(undrawable("".join(text for text, _problem in said), font))
    problems = [
        problem("".join(sorted(lacking & set(text))))
        for text, problem in said
        if lacking & set(text)
    ]
    if problems:
        raise Refused(problems)


def _said(county: CountyFolder) -> Iterator[tuple[str, _Told]]:
    """Yield the words of a county that papers say, each with what to say of it."""
    for unit in county.units:
        for field in ("name_zh", "short_zh", "name_en"):
            yield (
                getattr(unit, field),
                partial(lacking_problem, file="units.csv", row=unit.row, field=field),
            )
    for group in county.groups:
        for field in ("name_zh", "name_en"):
            yield (
                getattr(group, field),
                partial(lacking_problem, file="respondent_groups.csv", row=group.row, field=field),
            )
    documents = {
        "scheme.yaml": {
            name: value
            for name, value in county.document.items()
            if name in {"campaign", "hotline", "contact", "channels"}
        },
        next((name for name in TEXTS if name in county.digests), TEXTS[0]): county.texts,
        "questionnaire.json": {"survey_label": county.questionnaire.get("survey_label")},
    }
    for file, document in documents.items():
        for at, text in _texts(document, ""):
            yield text, partial(lacking_problem, file=file, field=at)


def _texts(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _texts(entry, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _texts(entry, f"{at}[{place}]")
