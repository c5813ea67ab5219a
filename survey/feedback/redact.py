"""What names a person goes out of a comment: numbers, accounts, plates, names where announced.

Texts are compared in two folded forms of the same length as the original: full-width characters
made plain, and Chinese numerals made digits too, so that what is found there is cut from the
original by position. Rather a harmless number too many than a telephone too few.
"""

import re
import unicodedata
from collections.abc import Iterator

_NUMERALS = {
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    **dict(zip("○幺弌貳參陸", "011236", strict=True)),
}
_HAN = r"[一-鿿㐀-䶿]"
# Whatever is no word: signs, blanks, line breaks, invisible characters, the box of an emoji digit.
_GAP = r"[^0-9A-Za-z一-鿿㐀-䶿]{0,8}"
_JOIN = r"[:：是为叫=\s]{0,4}"
_FREE = r"(?<![0-9])"
_END = r"(?![0-9])"


def _digits(n: int) -> str:
    return rf"[0-9](?:{_GAP}[0-9]){{{n - 1}}}"


_MOBILE = re.compile(
    rf"(?:(?:\+{_GAP}|0{_GAP}0{_GAP})?8{_GAP}6{_GAP}|{_FREE})1{_GAP}[3-9]{_GAP}{_digits(9)}{_END}"
)
_LANDLINE = re.compile(
    rf"[(（]?{_FREE}0{_GAP}[1-9]{_GAP}[0-9](?:{_GAP}[0-9])?[)）]?{_GAP}[2-8]{_GAP}"
    rf"(?:{_digits(7)}|{_digits(6)}){_END}"
)
_ANNOUNCED = re.compile(
    rf"(?:电话|手机|座机|号码|联系方式|致电|拨打|打给我|tel|phone){_JOIN}({_digits(7)}(?:{_GAP}[0-9])?){_END}",
    re.IGNORECASE,
)
_IDENTITY = re.compile(rf"{_FREE}({_digits(17)}{_GAP}[0-9Xx]|{_digits(15)}){_END}")
_CARD = re.compile(rf"{_FREE}{_digits(16)}(?:{_GAP}[0-9]){{0,3}}{_END}")
_LONG = re.compile(rf"{_FREE}[0-9](?:[ \-]?[0-9]){{10,}}[Xx]?")
_VERY_LONG = re.compile(rf"{_FREE}[0-9](?:[ \-]?[0-9]){{13,}}[Xx]?")
_EMAIL = re.compile(r"[A-Za-z0-9_.+\-]+ ?@ ?[A-Za-z0-9\-]+(?: ?\.[A-Za-z0-9\-]+)+")
_WECHAT = re.compile(
    rf"(?:微信|薇信|威信|卫星号|weixin|wechat|vx|wx|加v|v信)(?:号码?|id)?{_JOIN}"
    r"([A-Za-z0-9][A-Za-z0-9_\-]{4,19})",
    re.IGNORECASE,
)
_QQ = re.compile(
    rf"(?:qq|扣扣|企鹅)(?:号码?|群)?{_JOIN}([0-9](?:{_GAP}[0-9]){{4,10}})", re.IGNORECASE
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][ ·•.]?"
    r"(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{5,6}(?![A-Za-z0-9])"
)
_NAME = re.compile(
    rf"(?:本人姓名|姓名|我的名字|我名字|我叫|本人叫|我名叫|联系人){_JOIN}"
    rf"({_HAN}{{2,4}}(?!{_HAN})|{_HAN}{{2,3}})"
)


def redact(text: str) -> str:
    """Return a text with what names or reaches a person replaced by a word in 〔〕."""
    plain = "".join(_narrow(character) for character in text)
    digits = "".join(_NUMERALS.get(character, character) for character in plain)
    taken: list[tuple[int, int, str]] = []
    for start, end, word in _found(plain, digits):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, word))
    for start, end, word in sorted(taken, reverse=True):
        text = f"{text[:start]}〔{word}〕{text[end:]}"
    return text


def _found(plain: str, digits: str) -> Iterator[tuple[int, int, str]]:
    """Yield what to replace, the surest first."""
    yield from _spans(_EMAIL, plain, "邮箱")
    yield from _spans(_WECHAT, plain, "微信号", group=1)
    yield from _spans(_QQ, digits, "QQ号", group=1)
    for match in _IDENTITY.finditer(digits):
        if _is_identity(_only_digits(match[1])):
            yield match.start(1), match.end(1), "证件号"
    for match in _CARD.finditer(digits):
        if _passes_luhn(_only_digits(match[0])):
            yield match.start(), match.end(), "银行卡号"
    yield from _spans(_VERY_LONG, digits, "号码")
    yield from _spans(_MOBILE, digits, "电话")
    yield from _spans(_LANDLINE, digits, "电话")
    yield from _spans(_ANNOUNCED, digits, "电话", group=1)
    yield from _spans(_PLATE, plain, "车牌号")
    yield from _spans(_LONG, digits, "号码")
    yield from _spans(_NAME, plain, "姓名", group=1)


def _spans(
    pattern: re.Pattern[str], text: str, word: str, group: int = 0
) -> Iterator[tuple[int, int, str]]:
    for match in pattern.finditer(text):
        yield match.start(group), match.end(group), word


def _narrow(character: str) -> str:
    """Return the plain form of a full-width, circled or foreign digit or letter, one for one."""
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    if character.isspace():
        return character if character == "\n" else " "
    narrowed = unicodedata.normalize("NFKC", character)
    return narrowed if len(narrowed) == 1 else character


def _only_digits(found: str) -> str:
    return "".join(c for c in found.upper() if c in "0123456789X")


def _is_identity(number: str) -> bool:
    """Tell a citizen's number, of 18 or once 15 characters, by the birthday in it.

    The check character is not asked for: a number with a slip of the pen names somebody too.
    """
    birthday = number[10:14] if len(number) == 18 else number[8:12]
    return 1 <= int(birthday[:2]) <= 12 and 1 <= int(birthday[2:]) <= 31


def _passes_luhn(number: str) -> bool:
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(number)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
