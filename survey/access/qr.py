"""A QR code as the path of an SVG: no picture file, nothing the page's policy forbids."""

from dataclasses import dataclass

import qrcode

_QUIET = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True, slots=True, kw_only=True)
class QrPath:
    """The side of the square in modules, and the path that fills the dark ones."""

    side: int
    path: str


def qr_path(text: str) -> QrPath:
    """Return the QR code of a text."""
    code = qrcode.QRCode(border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return QrPath(side=len(rows), path=path)
