"""Scripts and styles as they are sent: without what is only there for whoever reads them.

Nothing is renamed and no token is changed, so that what runs is what is written in `static/`.
"""

import re
from collections.abc import Iterator

_STRING = r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
_REGEX = r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*"
_SCRIPT = re.compile(
    rf"(?P<blank>\s+|//[^\n]*|/\*.*?\*/)|(?P<regex>{_REGEX})|{_STRING}|[\w$]+|.", re.DOTALL
)
_DIVISION = re.compile(rf"/|{_STRING}|[\w$]+|.", re.DOTALL)
_STYLE = re.compile(rf"(?P<blank>(?:\s|/\*.*?\*/)+)|{_STRING}|[^\s\"'/]+|/", re.DOTALL)
# A slash after one of these begins an expression, after any other word or bracket it divides.
_BEFORE_REGEX = re.compile(r"return|typeof|case|in|[^\w$)\]}\"']", re.DOTALL)
# No statement ends after the first ones, none begins with the second ones.
_OPEN, _CONTINUING = frozenset("{([,;:?=&|*<>%^~!"), frozenset("})],;:?.=&|*<>%^")


def script(text: str) -> str:
    """Return a script of ECMAScript 5 without comments and needless white space."""
    out: list[str] = []
    gap = ""
    for token in _tokens(text):
        if token.isspace() or token.startswith(("//", "/*")):
            gap += token if token.isspace() else " "
            continue
        if out and gap:
            out.append(_between(out[-1], token, newline="\n" in gap))
        out.append(token)
        gap = ""
    return "".join(out)


def style(text: str) -> str:
    """Return a style sheet without comments and needless white space."""
    out = ""
    gap = False
    for found in _STYLE.finditer(text):
        if found["blank"]:
            gap = True
            continue
        token = found[0]
        if gap and out and out[-1] not in "{};,:>" and token[0] not in "{};,>":
            out += " "
        if token[0] == "}" and out.endswith(";"):
            out = out[:-1]
        out += token
        gap = False
    return out


def _tokens(text: str) -> Iterator[str]:
    at, last = 0, ""
    while at < len(text):
        found = _SCRIPT.match(text, at)
        if found and found["regex"] and last and not _BEFORE_REGEX.fullmatch(last):
            found = _DIVISION.match(text, at)
        if found is None:
            raise ValueError(text[at : at + 20])
        if not found.groupdict().get("blank"):
            last = found[0]
        at = found.end()
        yield found[0]


def _between(before: str, after: str, *, newline: bool) -> str:
    if newline and before not in _OPEN and after not in _CONTINUING:
        return "\n"
    if before in _OPEN or after in _CONTINUING:
        return ""
    last, first = before[-1], after[0]
    joined = (_in_word(last) or last == "/") and _in_word(first)
    return " " if joined or (last == first and last in "+-/") else ""


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_$" or character > "\x7f"
