"""What a line of the openings says of one answer: a million of them, looked at member by member."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NotRequired, TypedDict, cast

from survey.exchange.package import names
from survey.exchange.package.documents import misshapen
from survey.problems import Refused


class Stated(TypedDict):
    """The answer that a leaf was made of, as it is stored; more may be said, and is not compared.

    `code_opening` is left out where no code was committed.
    """

    unit_id: int
    group_code: str
    channel: str
    answers: str
    sex: int
    age: int
    residence: int
    area: int
    submitted_ms: int
    duration_ms: int | None
    device_mark: str | None
    network_mark: str | None
    invitation_id: int | None
    sitting_id: int | None
    own_staff: bool
    code_opening: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a leaf was made of: its index, its row in the folder, and what the salt hides."""

    index: int
    place: int
    receipt: bytes
    salt: bytes
    content: str
    stated: Stated


_NONE = type(None)
_LINE = {"index": int, "response_id": str, "receipt": str, "salt": str, "content": str}
_ANSWER: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("group_code", "channel", "answers"), (str,)),
    **dict.fromkeys(("unit_id", "sex", "age", "residence", "area", "submitted_ms"), (int,)),
    **dict.fromkeys(("duration_ms", "invitation_id", "sitting_id"), (int, _NONE)),
    **dict.fromkeys(("device_mark", "network_mark"), (str, _NONE)),
    "own_staff": (bool,),
}
_ANSWER_ITEMS = tuple(_ANSWER.items())


def read_openings(lines: Iterable[bytes]) -> Iterator[Opening]:
    """Yield what each line says; raises Refused naming the line, and in it what is wrong."""
    for row, line in enumerate(lines, start=1):
        try:
            opening = _opening(line)
        except KeyError as missing:
            field = str(missing.args[0])
            raise Refused([misshapen(names.OPENINGS, row=row, field=field)]) from missing
        except (ValueError, TypeError, RecursionError) as error:
            raise Refused([misshapen(names.OPENINGS, row=row)]) from error
        yield opening


def _opening(line: bytes) -> Opening:
    said = json.loads(line.decode())
    for name, kind in _LINE.items():
        if type(said[name]) is not kind:
            raise KeyError(name)
    receipt = bytes.fromhex(said["receipt"])
    if receipt.hex() != said["receipt"]:
        raise KeyError("receipt")
    return Opening(
        said["index"],
        int(said["response_id"]),
        receipt,
        bytes.fromhex(said["salt"]),
        said["content"],
        _stated(said["content"]),
    )


def _stated(content: str) -> Stated:
    said = json.loads(content)
    for name, kinds in _ANSWER_ITEMS:
        if type(said[name]) not in kinds:
            raise KeyError(name)
    if type(said.get("code_opening", "")) is not str:
        raise KeyError("code_opening")
    return cast(Stated, said)
