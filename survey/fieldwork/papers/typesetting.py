"""Words into pages: a Typst template, what it says, and a font that has every character."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

from survey.fieldwork.papers.drawable import lacking_problem, undrawable
from survey.fieldwork.papers.font import Font
from survey.problems import Refused
from survey.site import resources


def typeset(template: str, words: Mapping[str, Any], *, font: Font, dated: datetime) -> bytes:
    """Return a template of `templates/print` filled with words, as PDF/A-2b.

    `dated` is written into the file, so that the same words give the same bytes. Raises Refused
    where typesetting finds any fault: a missing font is no warning here.
    """
    data = {"font": font.family, **words}
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(resources.folder("templates") / "print" / template),
            format="pdf",
            font_paths=font.paths,
            ignore_system_fonts=bool(font.folder),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=dated,
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            lacking = undrawable(json.dumps(words, ensure_ascii=False), font)
            raise Refused([lacking_problem(lacking)]) from error
        raise _fault("", str(error)) from error
    if warnings:
        raise _fault("SURVEY_FONT", str(warnings[0].message))
    return bytes(pdf)


def _fault(field: str, said: str) -> Refused:
    return Refused.of(
        field=field,
        zh=f"排版时发现问题：{said}",
        en=f"typesetting found a fault: {said}",
    )
