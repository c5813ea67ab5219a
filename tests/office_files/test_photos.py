"""A photograph is drawn anew: nothing but what it shows is left, and no bomb is opened."""

import base64
import struct
import zlib

import pytest

from survey.office_files import photos
from survey.office_files.photos import redrawn
from survey.problems import Refused
from tests.appraisal.on_site.going import png

# 24 × 16, dark on its left half.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4"
    "UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAQABgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QA"
    "tRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0"
    "NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2"
    "t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AOOrqvA//L9/2z/9mrq68qrq"
    "vA//AC/f9s//AGaurr//2Q=="
)
SECRET = b"SECRETWHERE"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def exif(orientation: int) -> bytes:
    """Return EXIF with a description, an orientation and the latitude of a place."""
    entries = (
        struct.pack("<HHII", 0x010E, 2, len(SECRET) + 1, 80),
        struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0),
        struct.pack("<HHII", 0x8825, 4, 1, 50),
    )
    head = b"II*\x00" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + bytes(4)
    gps = struct.pack("<H", 2) + struct.pack("<HHI4s", 1, 2, 2, b"N\x00\x00\x00")
    gps += struct.pack("<HHII", 2, 5, 3, 100) + bytes(4)
    tail = head.ljust(50, b"\x00") + gps
    return b"Exif\x00\x00" + tail.ljust(80, b"\x00") + SECRET + bytes(40)


def taken_by_telephone(orientation: int = 1) -> bytes:
    """Return a JPEG with all that a telephone writes into it, and something behind its end."""
    said = segment(0xE1, exif(orientation))
    said += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>" + SECRET + b"</x>")
    said += segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + SECRET) + segment(0xED, b"8BIM" + SECRET)
    said += segment(0xFE, SECRET)
    return JPEG[:20] + said + JPEG[20:] + SECRET


def chunks(content: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(content):
        found.append(content[at + 4 : at + 8])
        at += 12 + int.from_bytes(content[at : at + 4])
    return found


def test_nothing_but_the_picture_is_left() -> None:
    given = taken_by_telephone()
    assert given.count(SECRET) == 6
    kept = redrawn(given, file="IMG.jpg")
    assert SECRET not in kept
    assert set(chunks(kept)) == {b"IHDR", b"IDAT", b"IEND"}
    assert kept.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(("orientation", "size"), [(1, (24, 16)), (6, (16, 24)), (3, (24, 16))])
def test_it_is_turned_upright_before_that_is_forgotten(
    orientation: int, size: tuple[int, int]
) -> None:
    kept = redrawn(taken_by_telephone(orientation), file="IMG.jpg")
    assert struct.unpack(">II", kept[16:24]) == size


def test_a_png_loses_its_words_unread() -> None:
    words = zlib.compress(bytes(40_000_000))  # a bomb among the words is never unpacked
    given = png(8, 6, (b"tEXt", b"GPS\x00" + SECRET), (b"zTXt", b"a\x00\x00" + words))
    kept = redrawn(given + SECRET, file="a.png")
    assert SECRET not in kept
    assert set(chunks(kept)) == {b"IHDR", b"IDAT", b"IEND"}
    assert struct.unpack(">II", kept[16:24]) == (8, 6)


def test_what_is_kept_is_no_wider_than_a_page_needs() -> None:
    kept = redrawn(png(2000, 500), file="a.png")
    assert struct.unpack(">II", kept[16:24]) == (1600, 400)


def test_too_many_pixels_are_refused_by_the_head_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "_drawn", lambda *_given: pytest.fail("it was opened"))
    for size in (7072, 20_001):
        with pytest.raises(Refused) as refused:
            redrawn(png(said=size), file="a.png")
        assert f"{size}×{size}" in refused.value.text("zh")
    tall = JPEG.replace(
        b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x18", b"\xff\xc0\x00\x0b\x08\xff\xff\xff\xff"
    )
    with pytest.raises(Refused, match="65535×65535"):
        redrawn(tall, file="a.jpg")


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        (b"%PDF-1.7\n%%EOF\n", "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (b"", "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (JPEG[:-2], "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (png()[:-4], "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (png().replace(b"IDAT", b"IDAX"), "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (png(said=0, width=0), "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (JPEG[:2] + b"\xff\xff" + JPEG[3:8], "不是 JPEG 或 PNG", "no JPEG or PNG"),
        (bytes(8_000_001), "超过8MB", "over 8 MB"),
    ],
)
def test_what_is_no_photograph_is_refused_in_both_languages(
    content: bytes, zh: str, en: str
) -> None:
    with pytest.raises(Refused) as refused:
        redrawn(content, file="现场\u202e.jpg")
    assert zh in refused.value.text("zh")
    assert en in refused.value.text("en")
    assert "\u202e" not in refused.value.text("zh")


def test_one_that_cannot_be_drawn_is_refused() -> None:
    broken = png()
    at = broken.index(b"IDAT")
    size = int.from_bytes(broken[at - 4 : at])
    rubbish = b"\xff" * size
    broken = broken[: at + 4] + rubbish + struct.pack(">I", zlib.crc32(b"IDAT" + rubbish))
    with pytest.raises(Refused, match="cannot be opened"):
        redrawn(broken + png()[-12:], file="a.png")
