"""What is fixed before a draw, and what the office put on record of it, as files of JSON."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.office_files.tables import bounded, decoded
from survey.problems import Refused

if TYPE_CHECKING:
    from survey.draw.roster import Roster
    from survey.draw.sizes import Sizes

FIXED = "public-review-roster"
RECORDED = "public-review-draw-record"
VERSION = "1.0"
_DIGEST_SIGNS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRoster:
    """A roster and a plan as they were fixed, before anybody could know the seed.

    The `salt` is the office's secret until the fieldwork is over: it keeps digests from being
    tried out and places from being reckoned by whoever knows the names.
    """

    roster_digest: str
    sizes_digest: str
    people: int
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDraw:
    """What an office has on record of a draw: which roster and plan, and by what seed."""

    roster_digest: str
    sizes_digest: str
    people: int
    seed: str
    source: str


def fix(roster: "Roster", sizes: "Sizes") -> FixedRoster:
    """Return a roster and a plan fixed under a new salt."""
    salt = secrets.token_hex(32)
    return FixedRoster(
        roster_digest=roster.digest(salt),
        sizes_digest=sizes.digest,
        people=len(roster.people),
        salt=salt,
    )


def write_fixed(path: Path, fixed: FixedRoster) -> None:
    """Write what was fixed, for the office's eyes alone; raises Refused over an earlier one."""
    content = {
        "kind": FIXED,
        "schema_version": VERSION,
        "roster_digest": fixed.roster_digest,
        "sizes_digest": fixed.sizes_digest,
        "people": fixed.people,
        "salt": fixed.salt,
    }
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused.of(
            file=path.name,
            zh="文件已存在；其中的盐值不能再得，请另取文件名",
            en="exists already, and its salt could not be had again; choose another name",
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=1) + "\n")


def read_fixed(path: Path) -> FixedRoster:
    """Read what was fixed; raises Refused for any other file."""
    said = _read(path, FIXED)
    return FixedRoster(
        roster_digest=_digest(said, "roster_digest", path),
        sizes_digest=_digest(said, "sizes_digest", path),
        people=int(said.get("people", 0)),
        salt=_digest(said, "salt", path),
    )


def read_recorded(path: Path) -> RecordedDraw:
    """Read what is on record; raises Refused for any other file, and before there is a seed."""
    said = _read(path, RECORDED)
    if not said.get("seed"):
        raise Refused.of(
            file=path.name,
            field="seed",
            zh="随机种子还没有登记；请在开奖后由两人登记，再下载这份记录",
            en="the seed is not on record yet; let two enter it once it is known, and download"
            " this again",
        )
    return RecordedDraw(
        roster_digest=_digest(said, "roster_digest", path),
        sizes_digest=_digest(said, "sizes_digest", path),
        people=int(said.get("people", 0)),
        seed=str(said["seed"]),
        source=str(said.get("source", "")),
    )


def _read(path: Path, kind: str) -> Mapping[str, Any]:
    try:
        said = json.loads(decoded(bounded(path), path.name))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("kind") != kind:
        raise Refused.of(
            file=path.name,
            zh=f"不是本程序写出的文件（{kind}）；请核对是否拿错了文件",
            en=f"is not a file that this program wrote ({kind}); is it the right one?",
        )
    return said


def _digest(said: Mapping[str, Any], field: str, path: Path) -> str:
    value = str(said.get(field, ""))
    if not is_digest(value):
        raise Refused.of(
            file=path.name,
            field=field,
            zh=f"应为 {_DIGEST_SIGNS} 位十六进制数",
            en=f"must be {_DIGEST_SIGNS} hexadecimal digits",
        )
    return value


def is_digest(value: str) -> bool:
    """Say whether a text is a SHA-256 in hexadecimal."""
    return len(value) == _DIGEST_SIGNS and not set(value) - set("0123456789abcdef")
