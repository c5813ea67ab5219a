"""A progress bulletin as a Word document, in the look of GB/T 9704, to be edited and filed."""

import io
from datetime import datetime

from docx import Document

from survey.fieldwork.bulletins.content import Content, spoken
from survey.fieldwork.bulletins.heads import dated, issue_of, numbered, subject, warning
from survey.office_files.packed import packed_alike
from survey.office_files.word_look import (
    TITLE,
    add_heading,
    add_line,
    add_table,
    set_page,
)


def word_file(content: Content, *, lang: str, dated_at: datetime) -> bytes:
    """Return a bulletin as DOCX."""
    document = Document()
    title = subject(content, lang)
    set_page(document, title=title, author=content.organiser, lang=lang, at=dated_at)
    add_line(document, title, font=TITLE, size=22, middle=True)
    add_line(document, issue_of(content, lang), middle=True)
    add_line(document, f"{content.organiser}　　{dated(content, lang)}", middle=True)
    if content.simulated:
        add_line(document, warning(lang), middle=True)
    for place, part in enumerate(spoken(content.parts, lang), start=1):
        add_heading(document, numbered(place, part.heading, lang))
        for line in part.lines:
            add_line(document, line, indented=lang == "zh")
        if part.rows:
            add_table(document, part.columns, part.rows, part.widths)
    buffer = io.BytesIO()
    document.save(buffer)
    return packed_alike(buffer.getvalue())
