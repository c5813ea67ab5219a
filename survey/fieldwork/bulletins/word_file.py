"""A progress bulletin as a Word document, in the look of GB/T 9704, to be edited and filed."""

import io
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from survey.fieldwork.bulletins.content import Content, SpokenPart, spoken
from survey.fieldwork.bulletins.heads import dated, issue_of, numbered, subject, warning

_BODY, _TITLE, _HEADING, _LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "Times New Roman"
_LINE, _WIDTH = Pt(28), 156  # of the type area, in mm
_NEVER = (1980, 1, 1, 0, 0, 0)  # the same words are the same bytes, whenever they are packed


def word_file(content: Content, *, lang: str, dated_at: datetime) -> bytes:
    """Return a bulletin as DOCX."""
    document = Document()
    _page(document, content, lang, dated_at)
    _line(document, subject(content, lang), font=_TITLE, size=22, middle=True)
    _line(document, issue_of(content, lang), middle=True)
    _line(document, f"{content.organiser}　　{dated(content, lang)}", middle=True)
    if content.simulated:
        _line(document, warning(lang), middle=True)
    for place, part in enumerate(spoken(content.parts, lang), start=1):
        _heading(document, numbered(place, part.heading, lang))
        for line in part.lines:
            _line(document, line, indented=lang == "zh")
        if part.rows:
            _table(document, part)
    buffer = io.BytesIO()
    document.save(buffer)
    return _packed_alike(buffer.getvalue())


def _page(document: Any, content: Content, lang: str, at: datetime) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    body = document.styles["Normal"]
    body.font.name, body.font.size = _LATIN, Pt(16)
    body.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)
    about = document.core_properties
    about.title, about.author = subject(content, lang), content.organiser
    about.comments, about.last_modified_by = "", content.organiser
    about.language = "zh-CN" if lang == "zh" else "en"
    about.created = about.modified = at.replace(tzinfo=None)


def _line(
    document: Any,
    words: str,
    *,
    font: str = _BODY,
    size: int = 16,
    middle: bool = False,
    indented: bool = False,
) -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    form.space_before = form.space_after = Pt(0)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        form.first_line_indent = Pt(2 * size)
    _write(paragraph, words, font, size)
    return paragraph


def _heading(document: Any, words: str) -> None:
    """Write a heading that Word and screen readers know as one, in the look of the body."""
    paragraph = _line(document, words, font=_HEADING)
    paragraph.style = document.styles["Heading 1"]
    form = paragraph.paragraph_format
    form.space_before, form.keep_with_next = Pt(8), True
    for run in paragraph.runs:
        run.font.color.rgb, run.font.bold = RGBColor(0, 0, 0), False


def _write(paragraph: Paragraph, words: str, font: str, size: int) -> None:
    run = paragraph.add_run(words)
    run.font.name, run.font.size = _LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def _table(document: Any, part: SpokenPart) -> None:
    table = document.add_table(rows=1, cols=len(part.columns), style="Table Grid")
    table.autofit = False
    _fill(table.rows[0].cells, part.columns, font=_HEADING)
    # A table that goes on overleaf says its heading again.
    table.rows[0]._tr.get_or_add_trPr().append(_on(document, "w:tblHeader"))  # noqa: SLF001
    for row in part.rows:
        _fill(table.add_row().cells, row, font=_BODY)
    for column, share in zip(table.columns, part.widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(_WIDTH * share / sum(part.widths))


def _on(document: Any, name: str) -> Any:
    return document.element.makeelement(qn(name), {qn("w:val"): "true"})


def _fill(cells: Any, words: list[str], *, font: str) -> None:
    for cell, text in zip(cells, words, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        _write(paragraph, text, font, 12)


def _packed_alike(content: bytes) -> bytes:
    """Return an archive packed anew, without the moment at which it was."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name in given.namelist():
            about = ZipInfo(name, _NEVER)
            about.compress_type = ZIP_DEFLATED
            packed.writestr(about, given.read(name))
    return out.getvalue()
