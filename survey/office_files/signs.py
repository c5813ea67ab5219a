"""Signs that words may not hold, and codes as they were meant.

A name with a sign nobody sees looks like another one and is none; a private or an unassigned sign
is drawn by the machine it was typed on alone.
"""

import unicodedata
from typing import Any

LONGEST_NAME = 100  # what a poster can still say in letters one can read

_CONTROLS = {"Cc", "Cf", "Zl", "Zp", "Cs"}
_OF_ONE_MACHINE = {"Co", "Cn"}
# Drawn as nothing, though Unicode counts them among letters, marks and symbols.
_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)


def sign_fault(text: str, *, lines: bool = False) -> tuple[str, str] | None:
    """Return what is wrong with the signs of a text, in Chinese and English, or None.

    Line breaks and tabs are refused too, unless the text may have ``lines``.
    """
    if text.isprintable() and _BLANKS.isdisjoint(text):
        return None  # nearly every cell of nearly every file
    for sign in text:
        kind = unicodedata.category(sign)
        shown = f"U+{ord(sign):04X}"
        if sign in "\r\n\t":
            if not lines:
                return (
                    "中间有换行或制表符，请删去，写成一行",
                    "holds a line break or a tab; write it in one line",
                )
        elif kind in _CONTROLS or sign in _BLANKS:
            return (
                f"含有看不见的控制字符（{shown}），请删去后重新键入",
                f"holds control characters nobody sees ({shown}); remove them and type it anew",
            )
        elif kind in _OF_ONE_MACHINE:
            return (
                f"含有自造字或未定义的字符（{shown}），别的电脑和手机显示不出，请改用标准汉字",
                f"holds a private or undefined sign ({shown}); write it with a standard one",
            )
    return None


def length_fault(text: str, most: int) -> tuple[str, str] | None:
    """Return what is wrong with a text longer than so many characters, or None."""
    if len(text) <= most:
        return None
    return (
        f"有 {len(text)} 个字符，最多 {most} 个，请缩短",
        f"has {len(text)} characters, at most {most}; shorten it",
    )


def name_fault(name: str) -> tuple[str, str] | None:
    """Return what is wrong with the signs or the length of a name; Latin letters take half."""
    most = LONGEST_NAME * 2 if name.isascii() else LONGEST_NAME
    return sign_fault(name) or length_fault(name, most)


def meant_code(text: str) -> str:
    """Return a code, number or date without its width: full-width signs are compared as plain."""
    return unicodedata.normalize("NFKC", text).strip()


def meant(text: str) -> str:
    """Return a text that is nothing but plain signs, some of them full-width, as plain ones.

    Words keep their full-width signs: in Chinese those are the right ones.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return plain if plain.isascii() and any(map(str.isalnum, plain)) else text


def meant_all(value: Any) -> Any:
    """Return what a document holds, every text and name of it as it was meant."""
    if isinstance(value, dict):
        return {meant(name): meant_all(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [meant_all(entry) for entry in value]
    return meant(value) if isinstance(value, str) else value
