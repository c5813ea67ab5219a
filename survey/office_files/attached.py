"""Files attached to what somebody writes: of few kinds, told by content, whole, of bounded size.

Nothing of them is shown or obeyed here; they are kept and given back as they came.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from survey.office_files.archives import UNREADABLE
from survey.problems import Refused

LARGEST = 5_000_000
_MOST_UNPACKED = 64_000_000
_MOST_PARTS = 2_000
_PNG = b"\x89PNG\r\n\x1a\n"
_ENDINGS = 1024  # PDF: some programs write a few lines behind the end


def require_attachable(content: bytes, *, file: str) -> None:
    """Refuse a file that is of no kind taken, damaged, too large, or holds macros.

    Raises Refused saying which kinds are taken, and what to do.
    """
    if len(content) > LARGEST:
        raise Refused.of(
            file=file,
            zh=f"超过{LARGEST // 1_000_000}MB；请压缩图片或减少页数后再交",
            en=f"is over {LARGEST // 1_000_000} MB; shrink its pictures or take out pages",
        )
    if not file.isprintable():
        raise Refused.of(
            file="".join(sign if sign.isprintable() else "_" for sign in file),
            zh="文件名里有不能显示的字符；请改名后再交",
            en="its name holds signs that cannot be shown; give it another name",
        )
    is_whole = _KINDS.get(PurePosixPath(file).suffix.lower())
    if is_whole is None:
        raise Refused.of(
            file=file,
            zh="不收这种文件；请用 PDF、JPEG、PNG、Word（.docx）或 Excel（.xlsx）",
            en="is of no kind that is taken; give a PDF, JPEG, PNG, Word (.docx) or Excel (.xlsx)",
        )
    if not is_whole(content):
        raise Refused.of(
            file=file,
            zh="已损坏、含有宏，或内容与文件名后缀不符；请打开看一看，另存一次再交",
            en="is damaged, holds macros, or is not what its name says; open it, save it anew",
        )


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-_ENDINGS:]


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-_ENDINGS:]


def _is_png(content: bytes) -> bool:
    """Tell whether all chunks of a picture are there, each with its checksum, to the last."""
    if not content.startswith(_PNG):
        return False
    at = len(_PNG)
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 8 + size
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4]):
            return False
        if kind == b"IEND":
            return True
        at = end + 4
    return False


def _is_word(content: bytes) -> bool:
    return _is_office(content, "word/document.xml")


def _is_workbook(content: bytes) -> bool:
    return _is_office(content, "xl/workbook.xml")


def _is_office(content: bytes, head: str) -> bool:
    """Tell whether an archive is whole, of bounded size, without macros, and holds its head."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            bounded = sum(part.file_size for part in parts) <= _MOST_UNPACKED
            return (
                bounded
                and len(parts) <= _MOST_PARTS
                and {"[Content_Types].xml", head} <= names
                and not any("vbaproject" in name.lower() for name in names)
                and archive.testzip() is None
            )
    except (*UNREADABLE, NotImplementedError):
        return False


_KINDS: dict[str, Callable[[bytes], bool]] = {
    ".pdf": _is_pdf,
    ".jpg": _is_jpeg,
    ".jpeg": _is_jpeg,
    ".png": _is_png,
    ".docx": _is_word,
    ".xlsx": _is_workbook,
}
