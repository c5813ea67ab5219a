"""Parcels are taken from a folder in their order: each once, none skipped, none that was altered.

The receiving side needs the folder, the sender's key and nothing else; it tells the sender nothing
but by the receipts that somebody carries back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.airgap.disk import write_whole
from survey.airgap.parcel import FIRST, Parcel, is_whole, open_parcel
from survey.airgap.place import Place, read_offered
from survey.airgap.receipts import receipt_name, write_receipt
from survey.clock import Clock
from survey.problems import Problem, Refused
from survey.site.locks import alone

Outcome = Literal["accepted", "already", "waiting", "refused", "copying"]

_STILL_COPIED = 120  # seconds since a file last grew


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who receives: a name for the receipts, and a key to sign them if there is one."""

    name: str = ""
    key: Ed25519PrivateKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one file; of what was not accepted `problem` says why."""

    file: str
    outcome: Outcome
    number: int | None = None
    problem: Problem | None = None


_NOBODY = Receiver()


def receive(
    folder: Path,
    *,
    into: Path,
    key: Ed25519PublicKey,
    clock: Clock,
    receiver: Receiver = _NOBODY,
) -> list[Taken]:
    """Take what a folder holds into a receiving side's own; returns what became of each file.

    Files of the folder stay as they are. A run that was cut off is made good by the next.

    Raises Refused where another run holds the receiving folder, where that was altered, and where
    a first parcel could be of several series.
    """
    place = Place(into)
    into.mkdir(parents=True, exist_ok=True)
    with alone(into, "survey airgap receive"):
        place.make()
        taken = list(_taken(folder, place, key, clock))
        _write_receipts(place, receiver, clock)
    return taken


def _taken(folder: Path, place: Place, key: Ed25519PublicKey, clock: Clock) -> Iterator[Taken]:
    offered: list[tuple[str, Parcel]] = []
    # Told by their bytes, so that one signed before the sender changed keys is still known.
    had = {_digest(place.content(number)): number for number in place.numbers()}
    for where in (folder, place.waiting):
        for path, read in read_offered(where):
            if isinstance(read, bytes) and _digest(read) in had:
                yield Taken(file=path.name, outcome="already", number=had[_digest(read)])
                continue
            found = _opened(path, read, place, key, clock)
            if isinstance(found, Taken):
                yield found
            elif all(found.content != parcel.content for _name, parcel in offered):
                offered.append((path.name, found))
    known = _series(place, [parcel for _name, parcel in offered])
    for name, parcel in sorted(offered, key=lambda entry: (entry[1].number, entry[0])):
        yield _judged(name, parcel, place, known)


def _opened(
    path: Path, read: bytes | Refused, place: Place, key: Ed25519PublicKey, clock: Clock
) -> Parcel | Taken:
    if isinstance(read, Refused):
        return _refused(place, path.name, None, read.problems[0])
    if not is_whole(read):
        still = clock().timestamp() - path.stat().st_mtime < _STILL_COPIED
        problem = _half(path.name, still=still)
        if still:
            return Taken(file=path.name, outcome="copying", problem=problem)
        return _refused(place, path.name, read, problem)
    try:
        return open_parcel(read, file=path.name, key=key)
    except Refused as refused:
        return _refused(place, path.name, read, refused.problems[0])


def _series(place: Place, offered: list[Parcel]) -> str:
    """Return the series this side takes: that of its first parcel, for good."""
    numbers = place.numbers()
    if numbers:
        return place.parcel(numbers[0]).series
    found = sorted({parcel.series for parcel in offered})
    if len(found) > 1:
        raise Refused.of(
            field="FOLDER",
            zh=f"文件夹里有几个系列的传递包（{'、'.join(found)}），不知道收哪一个；"
            "请只留下给本方的",
            en=f"holds parcels of several series ({', '.join(found)}); leave those for this side",
        )
    return found[0] if found else ""


def _judged(name: str, parcel: Parcel, place: Place, series: str) -> Taken:
    """Take a parcel if it is the next one; say what it is if it is not."""
    numbers = place.numbers()
    last = numbers[-1] if numbers else 0
    if parcel.series != series:
        return _refused(place, name, parcel.content, _foreign(name, parcel, series))
    if parcel.number <= last:
        return _refused(place, name, parcel.content, _other(name, parcel))
    if parcel.number > last + 1:
        place.wait(parcel)
        problem = _missing(name, last + 1, parcel.number - 1)
        return Taken(file=name, outcome="waiting", number=parcel.number, problem=problem)
    before = place.content(last) if last else b""
    if parcel.previous != (_digest(before) if last else FIRST):
        return _refused(place, name, parcel.content, _unchained(name, parcel))
    place.take(parcel)
    return Taken(file=name, outcome="accepted", number=parcel.number)


def _write_receipts(place: Place, receiver: Receiver, clock: Clock) -> None:
    """Write the receipts that are missing: of what was just taken, or before a run was cut off."""
    for number in place.numbers():
        parcel = place.parcel(number)
        path = place.receipts / receipt_name(parcel)
        if not path.exists():
            content = write_receipt(parcel, name=receiver.name, key=receiver.key, at=clock())
            write_whole(path, content)


def _refused(place: Place, name: str, content: bytes | None, problem: Problem) -> Taken:
    place.refuse(name, content, problem)
    return Taken(file=name, outcome="refused", problem=problem)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _half(name: str, *, still: bool) -> Problem:
    if still:
        return Problem(
            file=name,
            zh="还没有复制完，没有动它；请等复制完成后再运行一次",
            en="is still being copied and was left alone; run this again when it is done",
        )
    return Problem(
        file=name,
        zh="只有前一半：复制时中断了；请重新复制这一个文件",
        en="has lost its end: copying it broke off; copy this file again",
    )


def _foreign(name: str, parcel: Parcel, series: str) -> Problem:
    return Problem(
        file=name,
        zh=f"属于另一个系列（{parcel.series}），本方只收 {series}；请交给应收的一方",
        en=f"is of another series ({parcel.series}); this side takes {series}",
    )


def _other(name: str, parcel: Parcel) -> Problem:
    return Problem(
        file=name,
        zh=f"警告：与已收到的第 {parcel.number} 号内容不同，同一号有两份。"
        "请保留两份文件，立即与发送方核对：可能恢复过旧备份，也可能有人另做了一份",
        en=f"ALARM: number {parcel.number} was received before with other content. Keep both files"
        " and ask the sender at once: an older backup was restored, or somebody made another",
    )


def _missing(name: str, first: int, last: int) -> Problem:
    which = f"第 {first} 号" if first == last else f"第 {first} 号至第 {last} 号"
    numbers = f"number {first} is" if first == last else f"numbers {first} to {last} are"
    return Problem(
        file=name,
        zh=f"缺少{which}，先放在等待文件夹里；收到缺少的以后再运行一次，就会接着收下",
        en=f"{numbers} missing; it waits and is taken once the missing came and this runs again",
    )


def _unchained(name: str, parcel: Parcel) -> Problem:
    return Problem(
        file=name,
        zh=f"警告：第 {parcel.number} 号所接的不是已收到的第 {parcel.number - 1} 号。"
        "请保留文件，立即与发送方核对",
        en=f"ALARM: number {parcel.number} does not follow the number {parcel.number - 1} that was"
        " received; keep the file and ask the sender at once",
    )
