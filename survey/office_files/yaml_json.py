"""YAML and JSON that somebody gives us: how large and deep they may be, and each name said once.

Eight lines of YAML can name a billion things by naming ten of ten of ten. Full-width digits and
letters are read as plain ones; a number is one in plain notation alone.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from yaml.composer import Composer

from survey.office_files.signs import meant, meant_all
from survey.problems import Problem

_MOST_BYTES_OF_YAML = 512_000
_DEEPEST = 40
_MOST_NODES = 50_000

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:[.][0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?[.]\d+")
_NO_NUMBER = re.compile(r"[-+]?[.](?:inf|nan)", re.IGNORECASE)  # said by the setting it stands at
_BRACKET = re.compile(r"[\[{]|[\]}]")


class Beyond(Exception):  # noqa: N818 - the reader says it as a problem of its file
    """A file that goes beyond a limit or is malformed, and where."""

    def __init__(self, zh: str, en: str, row: int | None = None) -> None:
        self.zh, self.en, self.row = zh, en, row
        super().__init__(en)

    def problem(self, file: str) -> Problem:
        """Return it as a problem of a file."""
        return Problem(zh=self.zh, en=self.en, file=file, row=self.row)


def parse_yaml(text: str) -> Any:
    """Return what a YAML text holds; raises Beyond, an alias (`*name`) included."""
    if len(text) > _MOST_BYTES_OF_YAML:
        raise Beyond(
            f"超过 {_MOST_BYTES_OF_YAML:,} 个字符，请核对是否放错了文件",
            f"has more than {_MOST_BYTES_OF_YAML:,} characters; is it the right file?",
        )
    try:
        return yaml.load(text, Loader=_Careful)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        raise _invalid(text, row) from None
    except ValueError:
        raise Beyond(
            "其中的日期或数字不存在", "holds a date or number that does not exist"
        ) from None


def _invalid(text: str, row: int | None) -> Beyond:
    """Return that a text is no YAML, with what an input method most likely did to it."""
    zh, en = "不是有效的 YAML", "is not valid YAML"
    near = "".join(text.splitlines()[max(row - 2, 0) : row]) if row else ""
    if "：" in near:
        zh += "；冒号请用半角，后面空一格"
        en += "; write colons half-width, with a blank after them"
    return Beyond(zh, en, row)


class _Careful(Composer, yaml.CSafeLoader):
    """Refuses what would be obeyed in silence as something else than was meant.

    A name said twice in one place is the last one; `0123` is 83, `1_0` is 10 and `1:30` is 90.
    Read by libyaml, five times as fast, but put together in Python, where each event is judged.
    """

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)
        self._count = self._depth = 0

    def get_event(self) -> yaml.Event:
        """Return what stands next; raises Beyond before anything is made of an alias or a bomb."""
        event = super().get_event()
        assert event is not None  # nobody asks beyond the end
        row = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise Beyond(
                f"不能使用引用“*{event.anchor}”，请把内容写出来",
                f"the alias *{event.anchor} cannot be used; write out what it stands for",
                row,
            )
        self._count += 1
        self._depth += isinstance(event, yaml.CollectionStartEvent)
        self._depth -= isinstance(event, yaml.CollectionEndEvent)
        if self._depth > _DEEPEST or self._count > _MOST_NODES:
            raise _too_much(row)
        return event

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """Return a value with full-width signs as plain ones; raises Beyond at an odd number."""
        event = self.peek_event()
        assert isinstance(event, yaml.ScalarEvent)
        event.value = meant(event.value)
        node: yaml.ScalarNode = super().compose_scalar_node(anchor)
        number = node.tag.endswith((":int", ":float")) and not _NO_NUMBER.fullmatch(node.value)
        if number and not _PLAIN_NUMBER.fullmatch(node.value):
            raise Beyond(
                f"“{node.value}”不是普通写法的数字；编码、电话请加引号，数字请写成十进制",
                f"{node.value!r} is no plain number; put a code or telephone in quotes, and write "
                "a number in decimals",
                node.start_mark.line + 1,
            )
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Return a mapping; raises Beyond at the name that was there before."""
        first: dict[str, int] = {}
        for key, _value in node.value:
            row = key.start_mark.line + 1
            if key.value in first:
                raise _said_twice(str(key.value), row, first[key.value])
            first[str(key.value)] = row
        return super().construct_mapping(node, deep=deep)


def parse_json(text: str) -> Any:
    """Return what a JSON text holds; raises Beyond."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(depth, deepest)
    if deepest > _DEEPEST:
        raise _too_much(None)
    try:
        return meant_all(json.loads(text, object_pairs_hook=_said_once))
    except json.JSONDecodeError as error:
        raise Beyond("不是有效的 JSON", "is not valid JSON", error.lineno) from None
    except ValueError:
        raise Beyond("其中的数字太长", "holds a number that is too long") from None


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given, value in pairs:
        name = meant(given)
        if name in found:
            raise _said_twice(name, None, None)
        found[name] = value
    return found


def _said_twice(name: str, row: int | None, before: int | None) -> Beyond:
    place_zh = f"（第 {before} 行已写过）" if before else ""
    place_en = f" (it stands in row {before} already)" if before else ""
    return Beyond(
        f"“{name}”写了两次{place_zh}，请删去多余的一处",
        f"{name!r} is said twice{place_en}; remove one of them",
        row,
    )


def _too_much(row: int | None) -> Beyond:
    return Beyond(
        f"嵌套超过 {_DEEPEST} 层或条目过多，请核对是否放错了文件",
        f"is nested deeper than {_DEEPEST} or has too many entries; is it the right file?",
        row,
    )
