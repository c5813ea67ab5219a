"""The chapters of the manual: files of Markdown that read as well on paper as in the program.

`docs/zh` and `docs/en` hold the same chapters; their pictures are the documents' screenshots.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from survey.problems import Refused
from survey.site.resources import folder

_CHAPTER = re.compile(r"[0-9]{2}-[a-z-]+")
_PICTURE = re.compile(r"[a-z0-9-]+\.png")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter: its name in addresses and files, and its heading in a language."""

    name: str
    title: str


@cache
def chapters(lang: str) -> tuple[Chapter, ...]:
    """Return the chapters in a language, in their order."""
    files = sorted(path for path in _texts(lang).glob("*.md") if _CHAPTER.fullmatch(path.stem))
    return tuple(Chapter(name=path.stem, title=_title(path)) for path in files)


def html(name: str, lang: str, *, picture_at: Callable[[str], str]) -> str:
    """Return a chapter as HTML; raises Refused where there is none of this name.

    What is not Markdown is shown as it stands: nothing of a chapter is obeyed by a browser.
    """
    if name not in {chapter.name for chapter in chapters(lang)}:
        raise _unknown(name)
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most processes show no chapter

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse((_texts(lang) / f"{name}.md").read_text("utf-8"))
    for token in _all(tokens):
        if token.type == "image":
            source = Path(str(token.attrs["src"])).name
            token.attrs |= {"src": picture_at(source), "loading": "lazy"}
    return str(reader.renderer.render(tokens, reader.options, {}))


def picture(name: str) -> Path:
    """Return the file of a picture; raises Refused where there is none of this name."""
    path = folder("docs") / "screenshots" / name
    if not _PICTURE.fullmatch(name) or not path.is_file():
        raise _unknown(name)
    return path


def _unknown(name: str) -> Refused:
    return Refused.of(zh=f"帮助里没有 {name}", en=f"the manual has no {name}")


def _texts(lang: str) -> Path:
    return folder("docs") / ("en" if lang == "en" else "zh")


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next(lines).removeprefix("# ").strip()


def _all(tokens: list[Any]) -> list[Any]:
    """Return tokens with those inside them, where pictures are."""
    return [each for token in tokens for each in (token, *(token.children or ()))]
