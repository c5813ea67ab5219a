"""Writes templates/documents: the Word templates of a release's documents, as they are shipped.

python docs/write_documents.py
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from document_words import DOCUMENTS, Column, Heading, Line, Listed, Table
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from use_words import FOR_USE

from survey.office_files.packed import packed_alike
from survey.office_files.word_look import (
    TITLE,
    add_heading,
    add_line,
    add_table,
    set_page,
    write,
)
from survey.reports.kinds import KINDS, LANGS, NAMES
from survey.reports.using.register_word import NAME as REGISTER

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "documents"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def template(kind: str, lang: str) -> bytes:
    """Return a template; the same words are the same bytes."""
    document = Document()
    name = REGISTER.text(lang) if kind == "register" else NAMES[kind].name(lang)  # type: ignore[index]
    set_page(document, title=name, author="公评 Gongping", lang=lang, at=_AT)
    _number_pages(document, lang)
    at = 1 if lang == "en" else 0
    add_line(document, "{%p if warning %}")
    add_line(document, "{{ warning }}", middle=True)
    add_line(document, "{%p endif %}")
    for part in {**DOCUMENTS, **FOR_USE}[kind]:
        if isinstance(part, Table):
            _table(document, part, at)
        elif isinstance(part, Listed):
            add_line(document, f"{{%p for one in {part.of} %}}")
            add_line(document, part.words[at], indented=lang == "zh")
            add_line(document, "{%p endfor %}")
        elif isinstance(part, Heading):
            add_heading(document, part.words[at])
        else:
            _line(document, part, at)
    buffer = io.BytesIO()
    document.save(buffer)
    return packed_alike(buffer.getvalue())


def _line(document: Any, part: Line, at: int) -> None:
    words = part.words[at]
    if words.startswith("{%p"):
        add_line(document, words)
    elif part.title:
        add_line(document, words, font=TITLE, size=22, middle=True)
    else:
        added = add_line(document, words, middle=part.middle, indented=at == 0 and part.indented)
        if part.right:
            added.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(document: Any, part: Table, at: int) -> None:
    columns: list[Column] = part.columns
    empty = [""] * (len(columns) - 1)
    add_table(
        document,
        [column.head[at] for column in columns],
        [
            [f"{{%tr for one in {part.of} %}}", *empty],
            [column.cell for column in columns],
            ["{%tr endfor %}", *empty],
        ],
        [column.width for column in columns],
    )


def _number_pages(document: Any, lang: str) -> None:
    """Put the page's number in the middle of its foot, between dashes as offices have it."""
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(foot, "— ", "宋体", 14)
    write(foot, "", "宋体", 14)
    for kind, words in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = words
        foot.runs[-1]._r.append(element)  # noqa: SLF001
    write(foot, " —", "宋体", 14)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in (*KINDS, "register"):
        for spoken in LANGS:
            (FOLDER / f"{each}.{spoken}.docx").write_bytes(template(each, spoken))
