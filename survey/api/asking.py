"""What a request asks for: parameters, pages of a list, and the body of an acknowledgement."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from survey.api.faults import ApiFault, Wrong, fault
from survey.model import ACKNOWLEDGED
from survey.office_files.signs import sign_fault
from survey.receivers.acknowledgements import Told

MOST = 200
USUAL = 50
CURSOR = "[1-9][0-9]{0,8}"
LONGEST_REFERENCE = 100
LONGEST_NOTE = 500
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_MEMBERS = ("outcome", "reference", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """How many entries of a list, and after which place."""

    limit: int
    after: int


def known_parameters(*names: str) -> None:
    """Refuse parameters of the address that are not known, and those given twice."""
    wrong = [
        Wrong(where=name, en="is not known here", zh="这里没有这个参数")
        for name in request.args
        if name not in names
    ]
    wrong += [
        Wrong(where=name, en="is given more than once", zh="重复了")
        for name in names
        if len(request.args.getlist(name)) > 1
    ]
    if wrong:
        listed = ", ".join(names) or "none"
        raise fault(
            "unknown-parameter",
            en=f"Parameters known here: {listed}.",
            zh=f"这里可用的参数：{'、'.join(names) or '没有'}。",
            wrong=wrong,
        )


def page_asked() -> PageAsked:
    """Return which part of a list is asked for; raises ApiFault where it cannot be told."""
    limit = number_asked("limit", most=MOST)
    cursor = request.args.get("cursor")
    return PageAsked(limit=limit or USUAL, after=0 if cursor is None else _after(cursor))


def cursor_after(place: int) -> str:
    """Return what a system sends to go on after a place of a list."""
    return str(place)


def number_asked(name: str, *, most: int) -> int | None:
    """Return a whole number from 1 to the most, None where it is not given."""
    given = request.args.get(name)
    if given is None:
        return None
    if not _NUMBER.fullmatch(given) or int(given) > most:
        raise _invalid(name, f"must be a whole number from 1 to {most}", f"须为1至{most}的整数")
    return int(given)


def acknowledgement_told() -> Told:
    """Return what the body says of a release; raises ApiFault telling every fault."""
    if request.mimetype != "application/json":
        raise fault(
            "not-json",
            en="Send the acknowledgement with `Content-Type: application/json`.",
            zh="请用 Content-Type: application/json 发送回执。",
        )
    try:
        given = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(given, dict):
        raise _unreadable()
    wrong = [*_unknown(given), *_outcome(given)]
    wrong += _text(given, "reference", LONGEST_REFERENCE, lines=False)
    wrong += _text(given, "note", LONGEST_NOTE, lines=True)
    if wrong:
        raise fault(
            "invalid-body",
            en="The acknowledgement is not valid; see `errors`.",
            zh="回执不符合要求，见 errors。",
            wrong=wrong,
        )
    return Told(
        outcome=given["outcome"], reference=given.get("reference", ""), note=given.get("note", "")
    )


def _after(cursor: str) -> int:
    if not re.fullmatch(CURSOR, cursor):
        raise _invalid(
            "cursor", "must be a `next_cursor` this server gave", "须为本系统给出的 next_cursor"
        )
    return int(cursor)


def _invalid(name: str, en: str, zh: str) -> ApiFault:
    return fault(
        "invalid-parameter",
        en=f"The parameter `{name}` {en}.",
        zh=f"参数 {name} {zh}。",
        wrong=[Wrong(where=name, en=en, zh=zh)],
    )


def _unreadable() -> ApiFault:
    return fault(
        "bad-request", en="The body must be one JSON object.", zh="内容须为一个 JSON 对象。"
    )


def _unknown(given: Mapping[str, Any]) -> list[Wrong]:
    return [
        Wrong(where=name[:60], en="is not known here", zh="这里没有这一项")
        for name in given
        if name not in _MEMBERS
    ]


def _outcome(given: Mapping[str, Any]) -> list[Wrong]:
    if given.get("outcome") in ACKNOWLEDGED:
        return []
    listed = ", ".join(ACKNOWLEDGED)
    return [Wrong(where="outcome", en=f"must be one of {listed}", zh=f"须为 {listed} 之一")]


def _text(given: Mapping[str, Any], name: str, longest: int, *, lines: bool) -> list[Wrong]:
    text = given.get(name, "")
    if not isinstance(text, str) or len(text) > longest:
        en = f"must be text of at most {longest} characters"
        return [Wrong(where=name, en=en, zh=f"须为不超过{longest}个字的文字")]
    found = sign_fault(text, lines=lines)
    return [Wrong(where=name, en=found[1], zh=found[0])] if found else []
