"""A Word document read back: its paragraphs and tables in their order, each with its place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from zipfile import ZipFile

from survey.office_files.archives import UNREADABLE
from survey.problems import Refused

Shape = Literal["title", "heading", "line", "middle", "right", "cell"]
_TITLE_POINTS = 20
_MOST_UNPACKED = 20_000_000
_MOST_PARTS = 300
_SHAPES: dict[str, Shape] = {"CENTER": "middle", "RIGHT": "right"}


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
    """Return a Word document; raises Refused where it is none, damaged, or large once unpacked."""
    # Whoever opens no document does not load what they are opened by.
    from docx import Document  # noqa: PLC0415
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415

    require_bounded(content, file=file)
    try:
        return Document(io.BytesIO(content))
    # What python-docx raises at parts that are not as Word writes them.
    except (*UNREADABLE, PackageNotFoundError, KeyError, SyntaxError, AttributeError) as error:
        raise _not_opened(file) from error


def require_bounded(content: bytes, *, file: str) -> None:
    """Refuse what is no archive, or too large once unpacked, before anything of it is read."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except UNREADABLE as error:
        raise _not_opened(file) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Refused.of(
            file=file, zh="解开后过大，不能使用", en="is too large once unpacked: it cannot be used"
        )


def _not_opened(file: str) -> Refused:
    return Refused.of(
        file=file,
        zh="不是能打开的 Word 文件（.docx）；请用 Word 或 WPS 另存为 .docx",
        en="is no Word file (.docx) that opens; save it as .docx from Word or WPS",
    )


def blocks_of(document: Any) -> list[Block]:
    """Return what a document says, in its order; paragraphs without words are counted, not told."""
    return list(_blocks(document))


def _blocks(document: Any) -> Iterator[Block]:
    paragraphs = tables = 0
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
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


def _look(paragraph: Any) -> Shape:
    style = paragraph.style.name if paragraph.style else ""
    if style and style.startswith("Heading"):
        return "heading"
    sizes = [run.font.size.pt for run in paragraph.runs if run.font.size]
    if sizes and max(sizes) >= _TITLE_POINTS:
        return "title"
    aligned = paragraph.alignment
    return _SHAPES.get(aligned.name, "line") if aligned is not None else "line"
