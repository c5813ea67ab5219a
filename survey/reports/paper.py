"""A document as PDF: the same words as its Word file, whatever template drew that."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.reports.blocks import Block, blocks_of, opened


def paper(word: bytes, *, lang: str, dated_at: datetime, font: Font) -> bytes:
    """Return a Word document's words and tables as PDF/A-2b.

    Raises Refused where the font lacks a character.
    """
    document = opened(word, file="")
    blocks = blocks_of(document)
    title = next((block.text for block in blocks if block.look == "title"), "")
    words = {
        "lang": lang,
        "subject": title,
        "author": document.core_properties.author,
        "parts": [_part(list(found)) for _, found in groupby(blocks, key=_together)],
    }
    return typeset("document.typ", words, font=font, dated=dated_at)


def _together(block: Block) -> tuple[str, int]:
    """Cells of one table stand together, each paragraph by itself."""
    return "table" if block.look == "cell" else "paragraph", block.number


def _part(blocks: list[Block]) -> dict[str, Any]:
    if blocks[0].look != "cell":
        return {"look": blocks[0].look, "words": blocks[0].text, "rows": [], "widths": []}
    rows = [[cell.text for cell in found] for _, found in groupby(blocks, key=lambda one: one.row)]
    width = max(len(row) for row in rows)
    whole = [[*row, *[""] * (width - len(row))] for row in rows]
    # Columns share the width by the longest words in them, none less than a few signs.
    widths = [max(4, min(24, max(len(row[i]) for row in whole))) for i in range(width)]
    return {"look": "table", "words": "", "rows": whole, "widths": widths}
