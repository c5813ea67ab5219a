"""What the JSON files of a package say, as far as it is checked: typed, and read by one reader.

What is signed or sealed is compared as it stands, with whatever else it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from survey.appraisal.record.plain import UnreadableError, read
from survey.appraisal.record.scores import CodesIssued
from survey.canonical import JsonObject, JsonValue
from survey.problems import Problem, Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file as the manifest lists it."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a manifest says it is one of, whatever else it says."""

    kind: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Kind):
    """The release a package is of, and its files; `openings` says whether those are there."""

    campaign: str
    release: str
    number: int
    simulated: bool
    openings: bool
    key_id: str
    files: dict[str, Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The run that was released: by which program, of which answers and plan, when, by whom."""

    number: int
    verdict_digest: str
    code_version: str
    data_digest: str
    plan_digest: str
    run_at: str
    run_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The codes that were issued, as the released scores list them."""

    codes: tuple[CodesIssued, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSaid:
    """What every head says; from version 2 on its place, the head before, what else it seals."""

    version: int
    campaign: str
    size: int
    root: str
    time: str
    key_id: str
    signature: str
    number: int | None = None
    previous: str | None = None
    records: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The heads in their order, and the digests by name that the last of them seals."""

    heads: tuple[HeadSaid, ...]
    records: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSaid:
    """A batch of codes in a statement."""

    batch: int
    units: tuple[str, ...]
    group_code: str
    channel: str
    codes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSaid:
    """Codes as they were committed, at a size of the ledger."""

    number: int
    size: int
    codes: int
    root: str
    batches: tuple[BatchSaid, ...]
    invited_channels: tuple[str, ...]
    uncoded_channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSaid:
    """The balance of codes, and when two persons signed it; None where nobody has."""

    made: int
    used: int
    void: int
    left: int
    signed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedSaid:
    """The codes committed: statements, hashes by batch, and what each head that sealed some says.

    `records` are by the number of the head.
    """

    commitments: tuple[StatementSaid, ...]
    hashes: dict[str, tuple[str, ...]]
    records: dict[str, dict[str, str]]
    balance: BalanceSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What the numbers in openings stand for, each by its number; and the campaign's zone."""

    unit_id: dict[str, str]
    area: dict[str, str]
    age: dict[str, str]
    sex: dict[str, str]
    residence: dict[str, str]
    timezone: str


def shaped(kind: type[T], content: JsonValue, *, file: str) -> T:
    """Return what a file says; raises Refused naming the member that is missing or no such thing.

    Members nobody knows are passed over: later versions may add some.
    """
    try:
        return read(kind, content)
    except UnreadableError as error:
        raise Refused([misshapen(file, field=error.place)]) from None


def objects_in(content: JsonObject, name: str) -> list[JsonObject]:
    """Return a list of objects as they stand, to be digested or compared whole."""
    found = content[name]
    if not isinstance(found, list):
        raise TypeError(name)
    return [one for one in found if isinstance(one, dict)]


def member(content: JsonValue, *names: str) -> JsonValue:
    """Return a member of a member as it stands; raises LookupError or TypeError where it is not."""
    for name in names:
        if not isinstance(content, dict):
            raise TypeError(name)
        content = content[name]
    return content


def columns_at(file: str, heading: Sequence[str], columns: Sequence[str]) -> list[int]:
    """Return where columns stand in a table; raises Refused naming each that does not."""
    missing = [name for name in columns if name not in heading]
    if missing:
        raise Refused([misshapen(file, row=1, field=name) for name in missing])
    return [heading.index(name) for name in columns]


def misshapen(file: str, *, row: int | None = None, field: str = "") -> Problem:
    """Return that a place in a file of a package does not say what this program writes there."""
    return Problem(
        file=file,
        row=row,
        field=field,
        zh="不是本系统写出的内容，缺少或改动过；请保留原包，向评议办公室另要一份发布包",
        en="is not what this program writes there: it is missing or was changed; keep this package"
        " and ask the office for another one",
    )
