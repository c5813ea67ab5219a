"""The parts of a workbook: its sheets with their cells, its words and the formats of numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_uppercase
from typing import NamedTuple

from survey.office_files.cells import Cell, Ways, format_of, unescaped
from survey.office_files.xml_pieces import Event, Pieces
from survey.problems import Refused

_PIECE = 1 << 16
_LETTERS = re.compile("[A-Z]{1,3}")


class Sheet(NamedTuple):
    """A sheet: its name, the part that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


class Book:
    """A workbook, whose parts are unpacked as they are read and never beyond ``most_bytes``.

    Raises Refused, or what an archive or XML that is damaged raises.
    """

    def __init__(self, archive: zipfile.ZipFile, file: str, *, most_bytes: int) -> None:
        self._archive, self._file, self._most_bytes = archive, file, most_bytes
        self._unpacked: dict[str, int] = {}
        self._since_1904 = False
        self._related = self._relations()
        self.sheets = list(self._sheets())
        self.ways = Ways(words=self._words(), formats=self._formats(), since_1904=self._since_1904)

    def rows(self, sheet: Sheet) -> SheetRows:
        """Return the rows of a sheet."""
        return SheetRows(self._events(sheet.part))

    def _relations(self) -> dict[str, tuple[str, str]]:
        """Return kind and part of what the workbook is made of, by key."""
        return {
            attributes["Id"]: (
                attributes["Type"].rpartition("/")[2],
                _part(attributes["Target"]),
            )
            for begins, name, attributes, _text in self._events("xl/_rels/workbook.xml.rels")
            if begins and name == "Relationship"
        }

    def _sheets(self) -> Iterator[Sheet]:
        for begins, name, attributes, _text in self._events("xl/workbook.xml"):
            if begins and name == "workbookPr":
                self._since_1904 = attributes.get("date1904") in {"1", "true"}
            elif begins and name == "sheet":
                [key] = [attributes[name] for name in attributes if name.endswith(":id")]
                kind, part = self._related[key]
                if kind == "worksheet":
                    hidden = attributes.get("state", "visible") != "visible"
                    yield Sheet(attributes["name"], part, hidden)

    def _words(self) -> list[str]:
        found: list[str] = []
        said, phonetic = "", False
        for begins, name, _attributes, text in self._of_kind("sharedStrings"):
            if name == "rPh":
                phonetic = begins
            elif not begins and name == "t" and not phonetic:
                said += text
            elif not begins and name == "si":
                found.append(unescaped(said))
                said = ""
        return found

    def _formats(self) -> list[str]:
        written: dict[int, str] = {}
        found: list[str] = []
        used = False
        for begins, name, attributes, _text in self._of_kind("styles"):
            if name == "cellXfs":
                used = begins
            elif begins and name == "numFmt":
                written[int(attributes["numFmtId"])] = attributes["formatCode"]
            elif begins and name == "xf" and used:
                found.append(format_of(int(attributes.get("numFmtId", 0)), written))
        return found

    def _of_kind(self, kind: str) -> Iterator[Event]:
        for found, part in self._related.values():
            if found == kind:
                yield from self._events(part)

    def _events(self, part: str) -> Iterator[Event]:
        self._unpacked[part] = self._archive.getinfo(part).file_size
        if sum(self._unpacked.values()) > self._most_bytes:
            raise Refused.of(
                zh=f"解压后超过 {self._most_bytes:,} 字节，请核对是否放错了文件；"
                "行数很多的请另存为 CSV",
                en=f"has more than {self._most_bytes:,} bytes once unpacked; is it the right file? "
                "Save one of very many rows as CSV",
                file=self._file,
            )
        pieces = Pieces()
        with self._archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                yield from pieces.read(piece)
            yield from pieces.read(b"", last=True)


class SheetRows:
    """The rows of a sheet, each with its number and the cells of it that hold anything.

    ``merged`` are the references of merged cells, known once all rows were read.
    """

    def __init__(self, events: Iterator[Event]) -> None:
        self.merged: list[str] = []
        self._events = events
        self._row, self._cells = 0, list[Cell]()
        self._cell, self._written, self._phonetic = _FIRST, "", False

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        for begins, name, attributes, text in self._events:
            if begins:
                self._begin(name, attributes)
            else:
                self._end(name, text)
                if name == "row" and self._cells:
                    yield self._row, self._cells

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            column = column_of(reference) if reference else self._cell.column + 1
            self._cell = Cell(column, attributes.get("t", "n"), int(attributes.get("s", 0)))
            self._written = ""
        elif name == "f":
            self._cell.formula = True
        elif name == "row":
            self._row, self._cells = int(attributes.get("r", self._row + 1)), []
            self._cell = _FIRST
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self.merged.append(attributes["ref"])

    def _end(self, name: str, text: str) -> None:
        if name in {"v", "t"} and not self._phonetic:
            self._written += text
        elif name == "c":
            words = self._cell.kind in {"str", "inlineStr"}
            self._cell.raw = self._written if words else self._written.strip()
            if self._cell.formula or self._cell.raw:
                self._cells.append(self._cell)
        elif name == "rPh":
            self._phonetic = False


_FIRST = Cell(0, "n", 0)


def column_of(reference: str) -> int:
    """Return the column of a reference such as C3; raises ValueError."""
    return _number_of(reference.rstrip("0123456789"))


def row_of(reference: str) -> int:
    """Return the row of a reference such as C3; raises ValueError."""
    return int(reference.lstrip(ascii_uppercase))


@lru_cache(maxsize=1000)
def _number_of(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):
        raise ValueError(letters)
    column = 0
    for letter in letters:
        column = column * 26 + ascii_uppercase.index(letter) + 1
    return column


def letters_of(column: int) -> str:
    """Return a column as a spreadsheet names it: A, B, … Z, AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters


def _part(target: str) -> str:
    """Return the name of a part, which is given from the top of a workbook or from its folder."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
