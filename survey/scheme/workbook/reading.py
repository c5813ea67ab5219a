"""A workbook read as a county's folder is, with every fault at its sheet, row and column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from survey.canonical import digest_of
from survey.office_files.given import tables_in
from survey.office_files.signs import meant_code
from survey.office_files.tables import Table
from survey.office_files.workbook_parts import letters_of
from survey.problems import Problem, Refused
from survey.scheme.county import CountyFolder
from survey.scheme.folder import read_county
from survey.scheme.kinds import near
from survey.scheme.workbook.assembling import Document, Place
from survey.scheme.workbook.sheets import (
    BY_NAME,
    KINDS,
    OF_FILE,
    REMARKS,
    SHEETS,
    Form,
    Sheets,
    name_in,
)

_TOWNSHIPS = "townships.csv"
_TEXTS = "texts.yaml"  # the other name of the texts


def read_workbook(content: bytes, file: str) -> CountyFolder:
    """Read a workbook as a county; raises Refused with every problem found."""
    return _read(WorkbookSource.of(content, file))


def read_sheets(sheets: Sheets) -> CountyFolder:
    """Read sheets that are in no file, as `read_workbook` does."""
    return _read(WorkbookSource.of_sheets(sheets))


def _read(source: WorkbookSource) -> CountyFolder:
    with source.told():
        return read_county(source)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookSource:
    """The sheets of one workbook in the place of a folder's files."""

    file: str
    digest: str
    tables: dict[str, Table]
    documents: dict[str, Document]
    doubtful: frozenset[tuple[str, int | None, str]]
    astray: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, content: bytes, file: str) -> WorkbookSource:
        """Return the source that a file holds; raises Refused where it is no workbook."""
        tables, hidden = tables_in(content, file)
        return cls._of(tables, hidden, file, hashlib.sha256(content).hexdigest())

    @classmethod
    def of_sheets(cls, sheets: Sheets, name: str = "") -> WorkbookSource:
        """Return the source that filled sheets are, under the name of where they are from."""
        tables = [_table(sheet, rows) for sheet, rows in sheets.items()]
        return cls._of(tables, [], name, digest_of(sheets) if name else "")

    @classmethod
    def _of(
        cls, given: Sequence[Table], hidden: Sequence[str], file: str, digest: str
    ) -> WorkbookSource:
        named = {meant_code(table.sheet): _by_name(table) for table in given}
        documents: dict[str, Document] = {}
        for sheet in SHEETS:
            if sheet.form is not Form.TABLE and sheet.name in named:
                document = documents.setdefault(sheet.file, Document(file=sheet.file))
                document.take(sheet, named[sheet.name])
        return cls(
            file=file,
            digest=digest,
            tables={
                sheet.file: named[sheet.name]
                for sheet in SHEETS
                if sheet.form is Form.TABLE and sheet.name in named and named[sheet.name].rows
            },
            documents=documents,
            doubtful=frozenset(
                (table.sheet, row, table.letters[place])
                for table in given
                for row, place in table.faults
            ),
            astray=tuple(_astray(named, hidden, file)),
        )

    def holds(self, name: str) -> bool:
        """Say whether there is a sheet that holds anything of a file."""
        if name == _TOWNSHIPS and name in self.tables:
            return len(self.tables[name].rows) > 1  # the population names the townships too
        return name in self.tables or name in self.documents

    def table(self, name: str) -> Table:
        """Return a table; raises Refused where its sheet is not there, or holds nothing."""
        if name not in self.tables:
            raise Refused([])  # told among what is astray
        return self.tables[name]

    def document(self, name: str) -> Any:
        """Return what a document's sheets say; raises Refused where none of them is there."""
        if name not in self.documents:
            raise Refused([])
        return self.documents[name].finished()

    def passed_over(self) -> Iterator[Problem]:
        """Yield sheets that would not be read, and cells that cannot be."""
        yield from self.astray
        for document in self.documents.values():
            yield from document.problems

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of the workbook."""
        return {self.file: self.digest} if self.file else {}

    @contextmanager
    def told(self) -> Iterator[None]:
        """Name sheet, row and column in what is refused, in the place of files and fields."""
        try:
            yield
        except Refused as refused:
            placed = [(problem, self._placed(problem)) for problem in refused.problems]
            raise Refused(
                dict.fromkeys(
                    told
                    for problem, told in placed
                    # What a cell in doubt leads to is no fault of its own.
                    if problem.sheet or (told.sheet, told.row, told.column) not in self.doubtful
                )
            ) from refused

    def _placed(self, problem: Problem) -> Problem:
        file = "notices.yaml" if problem.file == _TEXTS else problem.file
        told = replace(problem, zh=_renamed(problem.zh, "zh"), en=_renamed(problem.en, "en"))
        if problem.sheet or file not in OF_FILE:
            return told
        place = self._place(file, problem)
        return replace(
            told,
            file=self.file,
            sheet=place.sheet,
            row=place.row,
            column=place.column,
            field=problem.field,
        )

    def _place(self, file: str, problem: Problem) -> Place:
        sheet = OF_FILE[file]
        if file in KINDS:
            document = self.documents.get(file)
            return (document and document.place(problem.field)) or Place(sheet.name)
        table = self.tables.get(file)
        header = table.rows[0][1] if table else []
        at = header.index(problem.field) if table and problem.field in header else None
        column = table.letters[at] if table and at is not None else ""
        return Place(sheet.name, problem.row, column)


def _table(name: str, rows: Sequence[Sequence[str]]) -> Table:
    """Return rows as the table that a sheet with them would be."""
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return Table(
        file="",
        sheet=name,
        rows=[(number, row) for number, row in enumerate(padded, 1) if any(map(str.strip, row))],
        letters=tuple(letters_of(place) for place in range(1, width + 1)),
    )


def _by_name(table: Table) -> Table:
    """Return a table whose headings are the names that its columns are read by."""
    if not table.rows:
        return table
    (number, heading), *rows = table.rows
    names = [name_in(meant_code(cell)) for cell in heading]
    return replace(
        table,
        rows=[(number, names), *rows],
        faults={
            at: replace(problem, field=name_in(problem.field))
            for at, problem in table.faults.items()
        },
    )


def _astray(named: dict[str, Table], hidden: Sequence[str], file: str) -> Iterator[Problem]:
    known = {*BY_NAME, *REMARKS}
    for name, table in named.items():
        if name in known or not table.rows:
            continue
        meant = near(name, [sheet for sheet in BY_NAME if sheet not in named])
        yield Problem(
            zh="不会被读取，请删去" + (f"；是否应名为“{meant}”？" if meant else ""),
            en="would not be read; remove it" + (f"; is it {meant!r}?" if meant else ""),
            file=file,
            sheet=name,
        )
    covered = {meant_code(name) for name in hidden}
    for name in BY_NAME:
        if name in covered:
            yield Problem(
                zh="已隐藏，隐藏的工作表不读；请取消隐藏",
                en="is hidden, and hidden sheets are not read; show it",
                file=file,
                sheet=name,
            )
        elif name not in named or not named[name].rows:
            yield Problem(
                zh="缺少该工作表，请补上；没有内容的，只留表头",
                en="is missing; put it in, with its heading alone where there is nothing to say",
                file=file,
                sheet=name,
            )


def _renamed(words: str, lang: str) -> str:
    """Return what is said of files of a folder as of sheets of a workbook."""
    for file, sheet in {**OF_FILE, _TEXTS: OF_FILE["notices.yaml"]}.items():
        words = words.replace(
            file, f"工作表“{sheet.name}”" if lang == "zh" else f"the sheet {sheet.name!r}"
        )
    return words
