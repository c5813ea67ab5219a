"""When a question is asked: the documented subset of XLSForm's `relevant`, parsed and evaluated.

    ${ID} = 'value'   ${ID} != 3   ${ID} >= 60   selected(${ID}, 'value')
    … and …   … or …   not(…)   (…)

An expression becomes a small tree of lists, which is written into the page as JSON, so that
`static/respond/relevance.js` decides there what `holds` decides here. As in XPath, an item without
an answer is an empty text: it differs from every value, and no number is above or below it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# ["and" | "or", tree, …], ["not", tree], ["selected", id, value], [comparison, id, value]
Tree = list[Any]

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LONGEST = 500
_TOKEN = re.compile(
    r"""\s*(?:
      \$\{\s*(?P<id>[A-Za-z]\w*)\s*\} | (?P<number>-?\d+(?:\.\d+)?) | '(?P<single>[^']*)'
    | "(?P<double>[^"]*)" | (?P<word>[A-Za-z][\w-]*) | (?P<sign>!=|<=|>=|[=<>(),])
    )""",
    re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Unreadable(Exception):  # noqa: N818  said to whoever wrote the questionnaire
    """An expression that is not of the subset, with the words that say why."""

    def __init__(self, *, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # id, number, text, word, sign, end
    value: Any
    shown: str


def parse(text: str) -> Tree:
    """Return the tree of an expression; raises Unreadable."""
    if len(text) > _LONGEST:
        raise Unreadable(
            zh=f"表达式超过 {_LONGEST} 个字符", en=f"it is longer than {_LONGEST} characters"
        )
    reader = _Reader([*_tokens(text), _Token("end", None, "")])
    tree = reader.either()
    reader.take("end")
    return tree


def holds(tree: Tree, answers: Mapping[str, str]) -> bool:
    """Tell whether a question is asked; several chosen values are one text, a space between."""
    match tree:
        case ["and", *parts]:
            return all(holds(part, answers) for part in parts)
        case ["or", *parts]:
            return any(holds(part, answers) for part in parts)
        case ["not", part]:
            return not holds(part, answers)
        case ["selected", item_id, value]:
            return value in answers.get(item_id, "").split(" ")
        case [comparison, item_id, value]:
            return _compares(comparison, answers.get(item_id, ""), value)
    raise ValueError(tree)


def comparisons(tree: Tree) -> Iterator[tuple[str, str, Any]]:
    """Yield every test of an answer in a tree: what is done, to which item, with which value."""
    if tree[0] in {"and", "or", "not"}:
        for part in tree[1:]:
            yield from comparisons(part)
    else:
        yield tree[0], tree[1], tree[2]


def _compares(comparison: str, given: str, value: Any) -> bool:
    if isinstance(value, str):
        return (given == value) is (comparison == "=")
    number = float(given) if _NUMBER.fullmatch(given) else float("nan")
    return bool(
        {
            "=": number == value,
            "!=": number != value,
            "<": number < value,
            "<=": number <= value,
            ">": number > value,
            ">=": number >= value,
        }[comparison]
    )


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            rest = text[at:].strip()[:12]
            raise Unreadable(zh=f"看不懂“{rest}”", en=f"{rest!r} cannot be read")
        at = found.end()
        kind, value = next((k, v) for k, v in found.groupdict().items() if v is not None)
        if kind == "number":
            value = float(value) if "." in value else int(value)
        yield _Token({"single": "text", "double": "text"}.get(kind, kind), value, found[0].strip())


class _Reader:
    """Reads tokens by one function for each rule: or binds loosest, then and, then a test."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens

    def take(self, kind: str, *values: str) -> Any:
        token = self._tokens[0]
        if token.kind != kind or (values and token.value not in values):
            raise self._unexpected()
        self._tokens.pop(0)
        return token.value

    def either(self) -> Tree:
        return self._joined("or", lambda: self._joined("and", self._test))

    def _joined(self, word: str, read: Any) -> Tree:
        parts = [read()]
        while self._sees("word", word):
            self.take("word", word)
            parts.append(read())
        return parts[0] if len(parts) == 1 else [word, *parts]

    def _test(self) -> Tree:
        if self._sees("sign", "("):
            return self._in_brackets()
        if self._sees("word", "not"):
            self.take("word", "not")
            return ["not", self._in_brackets()]
        if self._sees("word", "selected"):
            return self._selected()
        if self._tokens[0].kind == "word":
            name = self._tokens[0].value
            raise Unreadable(
                zh=f"不支持“{name}”，可用 and、or、not()、selected()",
                en=f"{name!r} is not supported; use and, or, not(), selected()",
            )
        return self._comparison()

    def _in_brackets(self) -> Tree:
        self.take("sign", "(")
        tree = self.either()
        self.take("sign", ")")
        return tree

    def _selected(self) -> Tree:
        self.take("word", "selected")
        self.take("sign", "(")
        item_id = self.take("id")
        self.take("sign", ",")
        value = self.take("text")
        self.take("sign", ")")
        return ["selected", item_id, value]

    def _comparison(self) -> Tree:
        left = self._operand()
        sign = self.take("sign", *COMPARISONS)
        right = self._operand()
        if left.kind != "id":
            left, right, sign = right, left, _MIRRORED.get(sign, sign)
        if left.kind != "id" or right.kind == "id":
            raise Unreadable(
                zh="比较的一边须是 ${题号}，另一边须是数字或引号中的选项值",
                en="one side of a comparison must be ${ID}, the other a number or a quoted value",
            )
        if isinstance(right.value, str) and sign not in {"=", "!="}:
            raise Unreadable(
                zh=f"“{sign}”只能与数字比较（不加引号）",
                en=f"{sign!r} compares with a number, without quotes",
            )
        return [sign, left.value, right.value]

    def _operand(self) -> _Token:
        if self._tokens[0].kind not in {"id", "number", "text"}:
            raise self._unexpected()
        return self._tokens.pop(0)

    def _sees(self, kind: str, value: str) -> bool:
        return (self._tokens[0].kind, self._tokens[0].value) == (kind, value)

    def _unexpected(self) -> Unreadable:
        shown = self._tokens[0].shown
        if not shown:
            return Unreadable(zh="表达式不完整", en="the expression is not complete")
        return Unreadable(zh=f"此处不应出现“{shown}”", en=f"{shown!r} is not expected here")
