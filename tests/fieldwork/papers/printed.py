"""Printed pages as a reader and a telephone see them."""

import numpy as np
import pypdfium2
import typst
import zxingcpp
from numpy.typing import NDArray

from survey.fieldwork.papers.font import Font


def pages(pdf: bytes, scale: float) -> list[NDArray[np.uint8]]:
    document = pypdfium2.PdfDocument(pdf)
    found = [page.render(scale=scale, grayscale=True).to_numpy().copy() for page in document]
    document.close()
    return found


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return found


def scanned(pdf: bytes, scale: float) -> list[list[str]]:
    """Return what a reader finds on each page."""
    return [[code.text for code in zxingcpp.read_barcodes(page)] for page in pages(pdf, scale)]


def unprintable(characters: set[str], font: Font) -> list[str]:
    """Return the characters that come out blank or as a box."""
    used = sorted(characters)
    blank, box, *cells = _drawn([" ", "ༀ", *used], font)  # the font has no Tibetan
    assert not np.array_equal(blank, box)
    return [
        character
        for character, cell in zip(used, cells, strict=True)
        if np.array_equal(cell, blank) or np.array_equal(cell, box)
    ]


def _drawn(characters: list[str], font: Font) -> list[NDArray[np.uint8]]:
    source = (
        f'#set page(width: 24pt, height: 24pt, margin: 2pt)\n#set text(font: "{font.family}")\n'
        + "#pagebreak()\n".join(f"#text[\\u{{{ord(one):x}}}]\n" for one in characters)
    )
    pdf = typst.compile(
        source.encode(), font_paths=font.paths, ignore_system_fonts=True, format="pdf"
    )
    assert isinstance(pdf, bytes)
    return pages(pdf, 2.0)


def overprinted(pdf: bytes) -> list[tuple[str, str]]:
    """Return the texts that are printed over one another, in pairs."""
    document = pypdfium2.PdfDocument(pdf)
    found = [pair for page in document for pair in _overprinted(page.get_textpage())]
    document.close()
    return found


def _overprinted(text: pypdfium2.PdfTextPage) -> list[tuple[str, str]]:
    boxes = [text.get_rect(place) for place in range(text.count_rects())]
    return [
        (text.get_text_bounded(*one), text.get_text_bounded(*other))
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if _share(one, other, 0) > 3
        and _share(one, other, 1) > max(2, 0.45 * min(one[3] - one[1], other[3] - other[1]))
    ]


def _share(one: tuple[float, ...], other: tuple[float, ...], axis: int) -> float:
    return min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
