"""Whether a font draws what papers will say: one sign it lacks would stop the papers of all units.

So words are refused where they are given, by those who can still write them otherwise.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import typst

from survey.fieldwork.papers.font import Font
from survey.problems import Problem, Refused
from survey.scheme.county import CountyFolder
from survey.scheme.texts import NAMES as TEXTS
from survey.site import resources


def undrawable(text: str, font: Font) -> str:
    """Return the signs of a text that no font at hand draws."""
    signs = "".join(sorted({sign for sign in text if not sign.isspace()}))
    if not signs or _draws(signs, font):
        return ""
    if len(signs) == 1:
        return signs
    middle = len(signs) // 2
    return undrawable(signs[:middle], font) + undrawable(signs[middle:], font)


def require_drawable(text: str, *, font: Font, field: str) -> None:
    """Refuse words that papers could not say."""
    if signs := undrawable(text, font):
        raise Refused([_problem(signs, field=field)])


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


def _draws(signs: str, font: Font) -> bool:
    try:
        typst.compile(
            str(resources.folder("templates") / "print" / "signs.typ"),
            format="pdf",
            font_paths=font.paths,
            ignore_system_fonts=bool(font.folder),
            sys_inputs={"data": json.dumps({"font": font.family, "signs": signs})},
            pdf_standards=["a-2b"],
        )
    except typst.TypstError:
        return False
    return True


_Told = Callable[[str], Problem]


def _said(county: CountyFolder) -> Iterator[tuple[str, _Told]]:
    """Yield the words of a county that papers say, each with what to say of it."""
    for row, unit in enumerate(county.units, start=2):
        for field in ("name_zh", "short_zh", "name_en"):
            yield getattr(unit, field), partial(_problem, file="units.csv", row=row, field=field)
    for row, group in enumerate(county.groups, start=2):
        for field in ("name_zh", "name_en"):
            yield (
                getattr(group, field),
                partial(_problem, file="respondent_groups.csv", row=row, field=field),
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
            yield text, partial(_problem, file=file, field=at)


def _texts(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _texts(entry, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _texts(entry, f"{at}[{place}]")


def _problem(signs: str, *, field: str, file: str = "", row: int | None = None) -> Problem:
    shown = "、".join(f"{sign}（U+{ord(sign):04X}）" for sign in signs)
    listed = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs)
    return Problem(
        zh=f"海报等纸面的字体没有这些字：{shown}；请改写，或在本机安装含有这些字的字体",
        en=f"the font of posters and other papers lacks {listed}; write it otherwise, or install"
        " a font that has them",
        file=file,
        row=row,
        field=field,
    )


def lacking_words(signs: str) -> Problem:
    """Return what to say where a paper turns out to hold signs no font draws."""
    return _problem(signs, field="")
