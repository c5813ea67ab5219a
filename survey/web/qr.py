"""QR codes as drawings."""

from collections.abc import Sequence

_QUIET = 4  # modules of white around a code; readers need them
# Trying all eight masks takes six times as long and reads no better (bench/posters.py).
MASK = 2


def qr_svg(text: str, *, width: int | None = None) -> str:
    """Return a QR code (level Q, quiet zone of four modules) as SVG: one path.

    `width` is that of its picture on a web page; on paper the page decides.
    """
    import qrcode  # noqa: PLC0415 - most processes draw none

    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, mask_pattern=MASK
    )
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix) + 2 * _QUIET
    path = "".join(_runs(row, y + _QUIET) for y, row in enumerate(matrix))
    sized = f'width="{width}" height="{width}" ' if width else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {sized}viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _runs(row: Sequence[bool], y: int) -> str:
    """Return the dark runs of one row of modules as path commands."""
    parts, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start + _QUIET} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)
