"""Whether a font draws what papers will say: one sign it lacks would stop the papers of all units.

So words are refused where they are given, by those who can still write them otherwise.
"""

import json

import typst

from survey.fieldwork.papers.font import Font
from survey.problems import Problem, Refused
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
        raise Refused([lacking_problem(signs, field=field)])


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


def lacking_problem(
    signs: str, *, field: str = "", file: str = "", row: int | None = None
) -> Problem:
    """Return what to say of words that hold signs no font draws."""
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
