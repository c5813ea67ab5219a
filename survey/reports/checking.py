"""Holds a document against its release: every numeral that a field put there, and its place.

The document is drawn again from the release by the same template, each figure saying which field
it is of, and both are laid side by side paragraph by paragraph and cell by cell. Words may have
been changed, added and taken out; a numeral of the release that is gone or another one now is
named. Numerals that nobody can derive from the release (a date, a telephone number written in) are
told as such, and are no fault. Chinese numerals (一、二) are words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from survey.reports.blocks import Block, blocks_of, opened
from survey.reports.drawing import CLOSES, OPENS, SAYS

_NUMERAL = re.compile(r"(?<!\d)-?\d+(?:[.,]\d+)*")
_FIELD = re.compile(f"{OPENS}([^{SAYS}]*){SAYS}([^{CLOSES}]*){CLOSES}")
_ALIKE = 0.5  # part of the words two paragraphs must share to be one that was reworded


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A numeral as it is written, and the field it is of; empty where the template says it."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A numeral of the release that the document does not say, and what it says instead."""

    place: Block
    field: str
    expected: str
    found: str

    def text(self, lang: str) -> str:
        """Return it as a sentence."""
        field = f"（{self.field}）" if lang != "en" else f" ({self.field})"
        field = field if self.field else ""
        where = self.place.place(lang)
        if lang == "en":
            found = f"the document says {self.found}" if self.found else "it is gone"
            return f"{where}{field}: the release says {self.expected}, {found}"
        found = f"文书写的是 {self.found}" if self.found else "文书中没有"
        return f"{where}{field}：发布的是 {self.expected}，{found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A numeral that no field put there."""

    place: Block
    found: str

    def text(self, lang: str) -> str:
        """Return it as a sentence."""
        where = self.place.place(lang)
        if lang == "en":
            return f"{where}: {self.found} is not from the release"
        return f"{where}：{self.found} 不是从发布来的"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was compared: numerals that hold, faults, and numerals added by hand."""

    n_held: int
    faults: tuple[Fault, ...]
    added: tuple[Added, ...]

    @property
    def holds(self) -> bool:
        """Whether every numeral of the release is there as it was released."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A paragraph or cell: its words without numerals, these, and the first field in it."""

    block: Block
    frame: str
    figures: tuple[Figure, ...]
    field: str


def compare(*, expected: bytes, document: bytes, file: str) -> Checked:
    """Hold a document against the same drawn with its fields marked.

    Raises Refused where the document is no Word file.
    """
    wanted = _reads(blocks_of(opened(expected, file="")))
    found = _reads(blocks_of(opened(document, file=file)))
    faults: list[Fault] = []
    added: list[Added] = []
    n_held = 0
    for ours, theirs in _side_by_side(wanted, found):
        held, wrong, more = _held(ours, theirs)
        n_held += held
        faults += wrong
        added += more
    return Checked(n_held=n_held, faults=tuple(faults), added=tuple(added))


def _reads(blocks: Sequence[Block]) -> list[_Read]:
    return [_read(block) for block in blocks]


def _read(block: Block) -> _Read:
    """Return a block with its marks taken out of its words and kept with its numerals."""
    plain, spans, at = "", [], 0
    for mark in _FIELD.finditer(block.text):
        plain += block.text[at : mark.start()]
        spans.append((len(plain), len(plain) + len(mark[2]), mark[1]))
        plain += mark[2]
        at = mark.end()
    plain = _folded(plain + block.text[at:])
    figures = tuple(
        Figure(text=number[0].replace(",", ""), field=_field_at(spans, number.end() - 1))
        for number in _NUMERAL.finditer(plain)
    )
    frame = _NUMERAL.sub("#", plain)
    field = spans[0][2] if spans else ""
    return _Read(block=replace(block, text=plain), frame=frame, figures=figures, field=field)


def _folded(words: str) -> str:
    """Return words with digits of full width as plain ones; each sign stays one sign."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "\uff0b" <= sign <= "\uff19" else sign
        for sign in words
    ).replace("−", "-")


def _field_at(spans: Sequence[tuple[int, int, str]], at: int) -> str:
    return next((field for start, end, field in spans if start <= at < end), "")


def _side_by_side(
    wanted: Sequence[_Read], found: Sequence[_Read]
) -> Iterator[tuple[_Read | None, _Read | None]]:
    """Yield what belongs together: the same words, else the same cell, else similar words."""
    match = SequenceMatcher(
        a=[_key(one) for one in wanted], b=[_key(one) for one in found], autojunk=False
    )
    for tag, a, b, c, d in match.get_opcodes():
        if tag == "equal":
            yield from zip(wanted[a:b], found[c:d], strict=True)
        else:
            yield from _alike(wanted[a:b], found[c:d])


def _key(read: _Read) -> tuple[str, str]:
    return "cell" if read.block.look == "cell" else "", read.frame


def _alike(
    wanted: Sequence[_Read], found: Sequence[_Read]
) -> Iterator[tuple[_Read | None, _Read | None]]:
    left = list(found)
    for ours in wanted:
        scored = [(_likeness(ours, theirs), -place) for place, theirs in enumerate(left)]
        best, at = max(scored, default=(0.0, 0))
        yield ours, left.pop(-at) if best >= _ALIKE else None
    for theirs in left:
        yield None, theirs


def _likeness(ours: _Read, theirs: _Read) -> float:
    if (ours.block.look == "cell") != (theirs.block.look == "cell"):
        return 0.0
    if ours.block.look == "cell":
        same = _cell(ours.block) == _cell(theirs.block)
        return 1.0 if same else 0.0
    return SequenceMatcher(a=ours.frame, b=theirs.frame, autojunk=False).ratio()


def _cell(block: Block) -> tuple[int, int, int]:
    return block.number, block.row, block.column


def _held(ours: _Read | None, theirs: _Read | None) -> tuple[int, list[Fault], list[Added]]:
    """Return how many numerals hold, which do not, and which nobody put there."""
    if ours is None:
        assert theirs is not None
        return 0, [], [Added(place=theirs.block, found=one.text) for one in theirs.figures]
    if theirs is None:
        gone = [_fault(ours.block, one, "") for one in ours.figures]
        return 0, gone, []
    pairs: Sequence[tuple[Figure, Figure | None]]
    spare: list[Figure]
    if ours.frame == theirs.frame and len(ours.figures) == len(theirs.figures):
        pairs, spare = list(zip(ours.figures, theirs.figures, strict=True)), []
    else:
        pairs, spare = _paired(ours.figures, theirs.figures)
    wrong = [_fault(theirs.block, a, b.text if b else "") for a, b in pairs if not _same(a, b)]
    held = len(pairs) - len(wrong)
    if spare and ours.block.look == "cell" and not wrong:
        # Of a table every figure is the release's: one where it has none was written in.
        said = Figure(text=ours.block.text, field=ours.field)
        wrong, spare = [_fault(theirs.block, said, one.text) for one in spare], []
    return held, wrong, [Added(place=theirs.block, found=one.text) for one in spare]


def _same(ours: Figure, theirs: Figure | None) -> bool:
    return theirs is not None and ours.text == theirs.text


def _paired(
    ours: Sequence[Figure], theirs: Sequence[Figure]
) -> tuple[list[tuple[Figure, Figure | None]], list[Figure]]:
    """Pair numerals of a reworded paragraph, in whatever order; then what is left, in its order."""
    there = Counter(one.text for one in theirs)
    lost: list[Figure] = []
    pairs: list[tuple[Figure, Figure | None]] = []
    for one in ours:
        if there[one.text]:
            there[one.text] -= 1
            pairs.append((one, one))
        else:
            lost.append(one)
    spare = []
    for one in theirs:
        if there[one.text]:
            there[one.text] -= 1
            spare.append(one)
    for number, one in enumerate(lost):
        pairs.append((one, spare[number] if number < len(spare) else None))
    return pairs, spare[len(lost) :]


def _fault(place: Block, figure: Figure, found: str) -> Fault:
    return Fault(place=place, field=figure.field, expected=figure.text, found=found)
