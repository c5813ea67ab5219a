"""A Word document read back: its paragraphs and tables in their order, each with its place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from zipfile import BadZipFile

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from survey.problems import Refused

Shape = Literal["title", "heading", "line", "middle", "right", "cell"]
_TITLE_POINTS = 20
_SHAPES: dict[Any, Shape] = {
    WD_ALIGN_PARAGRAPH.CENTER: "middle",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, or a cell of a table (its row, column and heading counted from 1)."""

    text: str
    look: Shape
    number: int  # of the paragraph, or of the table
    row: int = 0
    column: int = 0

    def place(self, lang: str) -> str:
        """Return where it stands."""
        if self.look == "cell":
            if lang == "en":
                return f"table {self.number}, row {self.row}, column {self.column}"
            return f"第{self.number}张表第{self.row}行第{self.column}列"
        return f"paragraph {self.number}" if lang == "en" else f"第{self.number}段"


def opened(content: bytes, *, file: str) -> Any:
    """Return a Word document; raises Refused where it is none."""
    try:
        return Document(io.BytesIO(content))
    except (PackageNotFoundError, BadZipFile, ValueError, KeyError, SyntaxError) as error:
        raise Refused.of(
            file=file,
            zh="不是能打开的 Word 文件（.docx）；请用 Word 或 WPS 另存为 .docx",
            en="is no Word file (.docx) that opens; save it as .docx from Word or WPS",
        ) from error


def blocks_of(document: Any) -> list[Block]:
    """Return what a document says, in its order; paragraphs without words are counted, not told."""
    return list(_blocks(document))


def _blocks(document: Any) -> Iterator[Block]:
    paragraphs = tables = 0
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            tables += 1
            for row_number, row in enumerate(part.rows, 1):
                for column, cell in enumerate(row.cells, 1):
                    yield Block(
                        text=cell.text.strip(),
                        look="cell",
                        number=tables,
                        row=row_number,
                        column=column,
                    )
        else:
            paragraphs += 1
            if part.text.strip():
                yield Block(text=part.text.strip(), look=_look(part), number=paragraphs)


def _look(paragraph: Paragraph) -> Shape:
    style = paragraph.style.name if paragraph.style else ""
    if style and style.startswith("Heading"):
        return "heading"
    sizes = [run.font.size.pt for run in paragraph.runs if run.font.size]
    if sizes and max(sizes) >= _TITLE_POINTS:
        return "title"
    return _SHAPES.get(paragraph.alignment, "line")
