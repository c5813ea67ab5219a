"""Each invited answer against the code it says it came by: committed, its own, and used once.

An answer is invited where its channel invites people, or where it names a code. Those collected by
telephone or on paper may come without one; they are counted, for nobody can tell them from
invented ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from survey.ledger.committed.commitments import Committed, Statement, commitment
from survey.problems import Problem

_SAID = {
    "uncommitted": (
        "第 {at} 条记录所用的评议码不在开启前公布的评议码之内，也不在其后补登的之内",
        "leaves {at}: their codes were committed neither before the opening nor added since",
    ),
    "none": (
        "第 {at} 条记录属于凭码渠道，却没有出示评议码",
        "leaves {at}: of a channel that takes a code, and they show none",
    ),
    "other": (
        "第 {at} 条记录所用的评议码是发给别的单位、对象或渠道的",
        "leaves {at}: their codes are for another unit, group or channel",
    ),
    "again": (
        "第 {at} 条记录所用的评议码已经用过，一码答了两次",
        "leaves {at}: their codes had been used by an answer before",
    ),
    "early": (
        "第 {at} 条记录早于所用评议码的补登",
        "leaves {at}: they came before their codes were committed",
    ),
    "open": (
        "第 {at} 条记录不是凭码渠道的，却出示了评议码",
        "leaves {at}: of a channel that takes no code, and they show one",
    ),
}


class _Code(NamedTuple):
    batch: Committed
    size: int


class Answer(NamedTuple):
    """What of an answer is held against its code; `opening` is empty where it shows none."""

    unit: str
    group_code: str
    channel: str
    by_code: bool
    opening: bytes


class CodesUsed:
    """The codes that were committed, and what the answers make of them, in the ledger's order."""

    def __init__(self, statements: Sequence[Statement], batches: Mapping[int, Committed]) -> None:
        self.faults: defaultdict[str, list[int]] = defaultdict(list)
        self.used: defaultdict[int, int] = defaultdict(int)
        self.without_code = 0
        self.is_on = bool(statements)  # else nothing was committed that answers could be held to
        # As the opening said it: later statements add codes and nothing else.
        first = statements[0] if statements else {"invited_channels": (), "uncoded_channels": ()}
        self._invited, self._uncoded = (
            set(first["invited_channels"]),
            set(first["uncoded_channels"]),
        )
        self._codes: dict[bytes, _Code] = {}
        self._last: dict[bytes, int] = {}
        self._rated: defaultdict[bytes, set[str]] = defaultdict(set)
        for said in reversed(statements):  # what was committed first is what holds
            for entry in said["batches"]:
                batch = batches.get(entry["batch"])
                if batch is not None:
                    code = _Code(batch, said["size"])
                    self._codes |= dict.fromkeys(batch.hashes, code)

    def takes_code(self, channel: str) -> bool:
        """Say whether answers of a channel come by codes; one of another without any is right."""
        return channel in self._invited or channel in self._uncoded

    def take(self, index: int, answer: Answer) -> None:
        """Look at the answer of a leaf; leaves come in their order."""
        if self.is_on and (fault := self._fault(index, answer)):
            self.faults[fault].append(index)

    def _fault(self, index: int, answer: Answer) -> str:
        if not answer.opening:
            if answer.channel in self._uncoded:
                self.without_code += 1
                return ""
            return "none" if answer.by_code or answer.channel in self._invited else ""
        if not answer.by_code or answer.channel not in self._invited:
            return "open"
        held = commitment(answer.opening)
        code = self._codes.get(held)
        if code is None:
            return "uncommitted"
        of = code.batch
        if answer.unit not in of.units or (answer.group_code, answer.channel) != (
            *(of.group_code, of.channel),
        ):
            return "other"
        return "early" if index < code.size else self._once(index, answer, held, of)

    def _once(self, index: int, answer: Answer, held: bytes, batch: Committed) -> str:
        """Say whether a code was used before; all units of one sitting stand side by side."""
        rated, is_for_several = self._rated, len(batch.units) > 1
        if held not in self._last:
            self._last[held] = index
            self.used[batch.number] += 1
        elif not is_for_several or index != self._last[held] + 1 or answer.unit in rated[held]:
            return "again"
        else:
            self._last[held] = index
        if is_for_several:  # of all others it is the one unit there is
            rated[held].add(answer.unit)
        return ""

    def problems(self) -> list[Problem]:
        """Return what is wrong, every leaf named."""
        return [
            Problem(field="codes", zh=zh.format(at=spans(at)), en=en.format(at=spans(at)))
            for fault, (zh, en) in _SAID.items()
            if (at := self.faults.get(fault))
        ]


def answer_of(row: Mapping[str, Any], *, unit: str) -> Answer:
    """Return what is held against a code, of a stored row or of an opened leaf."""
    opening = row.get("code_opening") or b""
    return Answer(
        unit=unit,
        group_code=row["group_code"],
        channel=row["channel"],
        by_code=row["invitation_id"] is not None or row["sitting_id"] is not None,
        opening=bytes.fromhex(opening) if isinstance(opening, str) else opening,
    )


def spans(numbers: Iterable[int]) -> str:
    """Return numbers as people write them: 3, 8-11."""
    every = sorted(set(numbers))
    if not every:
        return ""
    cuts = [place for place, (one, two) in enumerate(pairwise(every), 1) if two != one + 1]
    parts = [every[start:end] for start, end in pairwise([0, *cuts, len(every)])]
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts)
