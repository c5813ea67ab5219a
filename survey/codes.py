"""Codes that people read and type: Crockford's base 32, in capitals, grouped by four in print."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
POSTER_LENGTH = 10
PERSONAL_LENGTH = 16
RECEIPT_BYTES = 10
TICKET_BYTES = 7  # 12 characters: nobody takes it for a receipt

_GROUP = 4
# Signs taken for one another: on paper, by ear over the telephone, on the keyboard of a phone.
_ALIKE = ("8B3", "5S", "2Z", "17", "0DQ", "6G", "4A", "MN", "CG", "PR9", "EF", "KX", "VY", "VW")
_LOOKALIKES = str.maketrans("OILU", "011V")


Draw = Callable[[int], bytes]


def new_code(length: int, draw: Draw = secrets.token_bytes) -> str:
    """Return a random code of so many characters (5 bits each)."""
    # Five bits of a byte each: no character is likelier than another.
    return "".join(ALPHABET[byte & 31] for byte in draw(length))


def drawn_from(secret: bytes) -> Draw:
    """Return bytes that nobody can tell from random ones, the same for the same secret."""
    state = hashlib.sha256(secret).digest()

    def draw(length: int) -> bytes:
        nonlocal state
        out = hashlib.shake_256(b"drawn" + state).digest(length)
        state = hashlib.sha256(b"next" + state).digest()
        return out

    return draw


def checked_code(length: int, draw: Draw = secrets.token_bytes) -> str:
    """Return a random code whose last character checks the others."""
    body = new_code(length - 1, draw)
    return body + ALPHABET[_times_x(_remainder(body))]


def foreign_opening(code: str) -> bytes:
    """Return what a code made by a second body opens by: without any key of the platform."""
    return hashlib.sha256(b"public-review-code:" + code.encode()).digest()


def passes_check(code: str) -> bool:
    """Say whether a code may be one of ours: no character wrong, no two of them swapped.

    A Reed-Solomon check over the field of 32 elements: it finds every single wrong character and
    every swap of two.
    """
    return set(code) <= set(ALPHABET) and _remainder(code) == 0


def _remainder(code: str) -> int:
    reached = 0
    for character in code:
        reached = _times_x(reached) ^ ALPHABET.index(character)
    return reached


def _times_x(element: int) -> int:
    return element << 1 ^ (0b100101 if element & 16 else 0)  # x^5 + x^2 + 1 is primitive


def doubtful_group(code: str) -> int:
    """Return the group of four, from 1, in which a code that fails its check was mistyped; else 0.

    One check character tells that a code is wrong, not where; but few of all mistakes are ones
    that people make: a sign taken for one that looks or sounds like it, two neighbours swapped.
    """
    if not set(code) <= set(ALPHABET):
        return 0
    groups = {place // _GROUP for place, other in _slips(code) if passes_check(other)}
    return groups.pop() + 1 if len(groups) == 1 else 0


def _slips(code: str) -> Iterator[tuple[int, str]]:
    """Yield what may have been meant by a code, with the place of the slip."""
    for place, sign in enumerate(code):
        for alike in _ALIKE:
            for other in alike.replace(sign, "") if sign in alike else "":
                yield place, code[:place] + other + code[place + 1 :]
    for place in range(len(code) - 1):
        one, other = code[place], code[place + 1]
        same_group = place // _GROUP == (place + 1) // _GROUP
        # A swap over the gap between two groups is in neither of them.
        if one != other and same_group:
            yield place, code[:place] + other + one + code[place + 2 :]


def from_bytes(content: bytes) -> str:
    """Return bytes as a code: 10 bytes make 16 characters."""
    number = int.from_bytes(content, "big")
    length = -(-len(content) * 8 // 5)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def to_bytes(code: str, length: int) -> bytes | None:
    """Return the bytes a printed number stands for, None if it is no such code."""
    if len(code) != -(-length * 8 // 5) or not set(code) <= set(ALPHABET):
        return None
    number = 0
    for character in code:
        number = number << 5 | ALPHABET.index(character)
    return number.to_bytes(length, "big") if number >> 8 * length == 0 else None


def normalise(typed: str) -> str:
    """Return the code a person meant, whatever an input method or a messenger made of it.

    Any case and width, signs and blanks between, a label before or a whole address around it; O
    for 0, I or L for 1.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    address, _, _query = plain.partition("?")
    last = re.split("[/:]", address.rstrip("/: "))[-1]
    return re.sub("[^0-9A-Z]", "", last).translate(_LOOKALIKES)


def grouped(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def address(base_url: str, code: str) -> str:
    """Return the address that a poster's or a one-time code leads to."""
    return f"{base_url}/q/{code}"
