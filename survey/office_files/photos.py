"""A photograph as an office keeps it: drawn anew, so that nothing but what it shows is left.

Where, when and by which device it was taken, words, colour profiles, small copies: all of that
stays behind. Its size is read from its head before anything is unpacked.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from survey.problems import Refused

LARGEST_PHOTO = 8_000_000
_MOST_PIXELS = 50_000_000
_LONGEST_SIDE = 20_000
_SIDE = 1600  # of what is kept: a poster can be read on it
_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})  # what a picture is drawn from
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG: what says width and height
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_DRAWING = """#set page(width: auto, height: auto, margin: 0pt)
#context {{
  let natural = measure(image("{name}"))
  let most = calc.max(natural.width, natural.height)
  image("{name}", width: {side}pt * (natural.width / most))
}}
"""


def redrawn(content: bytes, *, file: str) -> bytes:
    """Return a JPEG or PNG photograph as a PNG drawn anew, turned upright, at most 1600 wide.

    Raises Refused where it is too large, of another kind, damaged, or of more pixels than any
    camera takes; it is not unpacked then.
    """
    if len(content) > LARGEST_PHOTO:
        most = LARGEST_PHOTO // 1_000_000
        raise _refused(
            file, f"照片超过{most}MB；请压缩后再交", f"is over {most} MB; make it smaller"
        )
    is_png = content.startswith(_PNG)
    size = _png_size(content) if is_png else _jpeg_size(content)
    if size is None:
        raise _refused(
            file,
            "不是 JPEG 或 PNG 照片，或已损坏；请用手机拍照或截图后再交",
            "is no JPEG or PNG photograph, or is damaged; take it again and give that",
        )
    width, height = size
    if width * height > _MOST_PIXELS or max(size) > _LONGEST_SIDE:
        raise _refused(
            file,
            f"照片有 {width}×{height} 个像素，太大，没有打开；请缩小后再交",
            f"has {width}×{height} pixels, too many; it was not opened. Make it smaller",
        )
    alone = _bare_png(content) if is_png else content
    drawn = _drawn(alone, "photo.png" if is_png else "photo.jpg", min(max(size), _SIDE))
    if drawn is None:
        raise _refused(
            file,
            "照片已损坏，不能打开；请重新拍照再交",
            "is damaged and cannot be opened; take it again and give that",
        )
    return drawn


def _drawn(content: bytes, name: str, side: int) -> bytes | None:
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        page = Path(folder) / "page.typ"
        page.write_text(_DRAWING.format(name=name, side=side), "utf-8")
        try:
            drawn = typst.compile(str(page), format="png", ppi=72.0, ignore_system_fonts=True)
        except (typst.TypstError, RuntimeError):
            return None
    # One page; more than one would come as a list.
    return bytes(drawn) if isinstance(drawn, bytes) else None


def _png_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24 or not _bare_png(content):
        return None
    width, height = struct.unpack(">II", content[16:24])
    return (width, height) if width and height else None


def _bare_png(content: bytes) -> bytes:
    """Return a picture with nothing but what it is drawn from; empty where it is not whole."""
    kept, at = bytearray(_PNG), len(_PNG)
    while at + 12 <= len(content):
        kind, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            return b""
        if kind in _DRAWN:
            kept += content[at:end]
        if kind == b"IEND":
            return bytes(kept)
        at = end
    return b""


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height as the first frame's head says; None where there is none."""
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            is_whole = content.find(b"\xff\xd9", at) > 0
            return (width, height) if is_whole and width and height else None
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            return None
        at += 2 + length
    return None


def _refused(file: str, zh: str, en: str) -> Refused:
    shown = "".join(sign if sign.isprintable() else "_" for sign in file)
    return Refused.of(file=shown, field="photo", zh=zh, en=en)
