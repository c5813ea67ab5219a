"""The look of an office's Word document after GB/T 9704: page, title, headings, lines, tables.

Fonts are named, not embedded: where one is missing, Word takes the nearest it has.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

BODY, TITLE, HEADING, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "Times New Roman"
WIDTH = 156  # of the type area, in mm
_LINE = Pt(28)


def set_page(document: Any, *, title: str, author: str, lang: str, at: datetime) -> None:
    """Set paper, margins and the standing font, and who wrote what when."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    body = document.styles["Normal"]
    body.font.name, body.font.size = LATIN, Pt(16)
    body.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    about = document.core_properties
    about.title, about.author = title, author
    about.comments, about.last_modified_by = "", author
    about.language = "zh-CN" if lang == "zh" else "en"
    about.created = about.modified = at.replace(tzinfo=None)


def add_line(
    document: Any,
    words: str,
    *,
    font: str = BODY,
    size: int = 16,
    middle: bool = False,
    indented: bool = False,
) -> Paragraph:
    """Add a paragraph on lines of 28 points."""
    paragraph: Paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    form.space_before = form.space_after = Pt(0)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        form.first_line_indent = Pt(2 * size)
    write(paragraph, words, font, size)
    return paragraph


def add_heading(document: Any, words: str) -> None:
    """Add a heading that Word and screen readers know as one, in the look of the body."""
    paragraph = add_line(document, words, font=HEADING)
    paragraph.style = document.styles["Heading 1"]
    form = paragraph.paragraph_format
    form.space_before, form.keep_with_next = Pt(8), True
    for run in paragraph.runs:
        run.font.color.rgb, run.font.bold = RGBColor(0, 0, 0), False


def write(paragraph: Paragraph, words: str, font: str, size: int) -> None:
    """Add words in a font to a paragraph."""
    run = paragraph.add_run(words)
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def add_table(
    document: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Any:
    """Add a table whose heading is said again overleaf; `widths` are shares of the type area."""
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    _fill(table.rows[0].cells, columns, font=HEADING)
    table.rows[0]._tr.get_or_add_trPr().append(_on(document, "w:tblHeader"))  # noqa: SLF001
    for row in rows:
        _fill(table.add_row().cells, row, font=BODY)
    for column, share in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(WIDTH * share / sum(widths))
    return table


def _on(document: Any, name: str) -> Any:
    return document.element.makeelement(qn(name), {qn("w:val"): "true"})


def _fill(cells: Any, words: Sequence[str], *, font: str) -> None:
    for cell, text in zip(cells, words, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        write(paragraph, text, font, 12)
