"""Which passwords are refused: too short, leaked in masses, or made of what everybody tries first.

Whatever stands in lists of leaked passwords again and again is cut out (names, years, rows of
digits and keys, the same over again); what is left must be long enough to be somebody's own. The
most common leaked ones are refused as they stand, too.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from survey.problems import Problem

SHORTEST = 10
LONGEST = 128

_OWN_SHORTEST = 6
_DIFFERENT = 5
_SHORTEST_WORD = 2
_SHORTEST_RUN = 3
_SHORTEST_ROW = 4  # of keys or letters: three beside each other stand in many honest words

# What is typed for a letter.
_LOOKALIKES = str.maketrans("@$!|£013457", "asileoieast")
_WORDS = (
    *("password", "passwd", "passcode", "mima", "admin", "administrator", "root", "guest", "user"),
    *("test", "demo", "login", "welcome", "hello", "letmein", "changeme", "default", "secret"),
    *("master", "system", "manager", "woaini", "iloveyou", "dragon", "monkey", "sunshine"),
    *(
        "princess",
        "football",
        "superman",
        "abc",
        "qwe",
        "asd",
        "zxc",
        "qaz",
        "wsx",
        "china",
        "zhongguo",
        "zhengfu",
        "gov",
    ),
    *("xianzheng", "jixiao", "jixiaoban", "kaohe", "pingyi", "pingjia", "gongping", "gongzhong"),
    *("公评", "密码", "绩效", "评议", "政府", "管理员", "我爱你", "中国"),
)
_WALKS = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("!@#$%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "147258369", "159357", "qazwsxedc"),
    *("a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j"),
    *("01234567890", "1q2w3e4r5t6y7u8i9o0p", "!qaz@wsx#edc$rfv", "0okm9ijn8uhb7ygv6tfc5rdx4esz"),
)
_LUCKY = re.compile(r"5201314|1314|520|(?:19|20)\d\d(?:[01]\d)?(?:[0-3]\d)?|[68]{2,}|110|119")
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}|(.{2,})\2+|(.)\3+")


def problems(password: str, *, names: Iterable[str]) -> list[Problem]:
    """Return what keeps a password from being taken; `names` are the person's and the place's."""
    if not SHORTEST <= len(password) <= LONGEST:
        return [
            Problem(
                field="password",
                zh=f"密码须为{SHORTEST}至{LONGEST}个字符",
                en=f"a password has {SHORTEST} to {LONGEST} characters",
            )
        ]
    plain = _plain(password)
    own = _own_part(plain, [_plain(name) for name in names])
    if plain not in _leaked() and len(own) >= _OWN_SHORTEST and len(set(plain)) >= _DIFFERENT:
        return []
    return [
        Problem(
            field="password",
            zh="这个密码太容易被猜到：其中主要是常见密码、连续或重复的字符，或者姓名、账号、"
            "县名、年份；请换一句只有您自己想得到的话",
            en="this password is too easy to guess: most of it is a common password, a run or "
            "repetition of characters, or your name, username, county or a year; take a sentence "
            "only you would think of",
        )
    ]


@cache
def _leaked() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if not line.startswith("#"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _own_part(password: str, names: list[str]) -> str:
    """Return what is left of a password without what everybody tries."""
    words = sorted({*_WORDS, *names}, key=len, reverse=True)
    left = _cut_runs(password)
    for word in words:
        if len(word) >= _SHORTEST_WORD:
            left = left.replace(word, " ")
            left = _cut_alike(left, word)
    left = _REPEATED.sub(" ", _LUCKY.sub(" ", left))
    return re.sub(r"[\W_]", "", left)


def _cut_alike(text: str, word: str) -> str:
    """Cut a word out wherever it is written with digits and signs for letters."""
    read, sought = text.translate(_LOOKALIKES), word.translate(_LOOKALIKES)
    while (at := read.find(sought)) >= 0:
        text = f"{text[:at]} {text[at + len(sought) :]}"
        read = text.translate(_LOOKALIKES)
    return text


def _cut_runs(text: str) -> str:
    """Cut out rows of keys, digits and letters, forwards and backwards."""
    walks = [*_WALKS, *(walk[::-1] for walk in _WALKS)]
    left, at = [], 0
    while at < len(text):
        length = _run_at(text, at, walks)
        left.append(" " if length else text[at])
        at += length or 1
    return "".join(left)


def _run_at(text: str, at: int, walks: list[str]) -> int:
    """Return the length of the longest row of keys that begins here, 0 without one."""
    length = 0
    while at + max(length, _SHORTEST_RUN - 1) < len(text):
        tried = max(length + 1, _SHORTEST_RUN)
        if not any(text[at : at + tried] in walk for walk in walks):
            break
        length = tried
    return length if length >= _SHORTEST_ROW or text[at : at + length].isdecimal() else 0
