"""Files that may be attached: of few kinds, told by content, whole, of bounded size."""

import io
import zipfile
import zlib

import pytest

from survey.office_files.attached import LARGEST, require_attachable
from survey.problems import Refused

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"


def png(*, whole: bool) -> bytes:
    head, end = b"IHDR" + bytes(13), b"IEND"
    summed = zlib.crc32(head) if whole else 1
    chunks = (13).to_bytes(4) + head + summed.to_bytes(4), bytes(4) + end
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + zlib.crc32(end).to_bytes(4)


def office(head: str, *more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", head, *more):
            archive.writestr(name, "<x/>" * 200)
    return buffer.getvalue()


WORD, BOOK = office("word/document.xml"), office("xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.JPG", JPEG),
        ("a.jpeg", JPEG),
        ("a.png", png(whole=True)),
        ("a.docx", WORD),
        ("a.xlsx", BOOK),
        ("a.pdf", PDF[:-6] + bytes(LARGEST - len(PDF)) + PDF[-6:]),
    ],
)
def test_what_is_whole_is_taken(name: str, content: bytes) -> None:
    require_attachable(content, file=name)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "不收这种文件"),
        ("a", PDF, "不收这种文件"),
        ("a.svg", b"<svg/>", "不收这种文件"),
        ("a.docm", WORD, "不收这种文件"),
        ("a.pdf", b"<html><script>", "已损坏"),
        ("a.pdf", PDF[:-7], "已损坏"),
        ("a.pdf", b"", "已损坏"),
        ("a.png", png(whole=False), "已损坏"),
        ("a.png", png(whole=True)[:-5], "已损坏"),
        ("a.png", JPEG, "已损坏"),
        ("a.jpg", JPEG[:-2], "已损坏"),
        ("a.docx", WORD[:-40], "已损坏"),
        ("a.docx", WORD.replace(b"<x/>", b"<y/>"), "已损坏"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "含有宏"),
        ("a.xlsx", WORD, "已损坏"),
        ("a.pdf", PDF[:-6] + bytes(LARGEST - len(PDF) + 1) + PDF[-6:], "超过5MB"),
    ],
)
def test_anything_else_is_refused_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        require_attachable(content, file=name)
    assert words in refused.value.text("zh")
    assert name in refused.value.text("en")


@pytest.mark.parametrize("name", ["a\u202efdp.pdf", "a\r\n.pdf"])
def test_a_name_that_deceives_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="不能显示的字符"):
        require_attachable(PDF, file=name)
