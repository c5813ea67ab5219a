"""Tables as they were given: a CSV file, or a workbook in its place, whatever its name promises."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from survey.office_files.tables import (
    MOST_BYTES,
    MOST_BYTES_OF_ANSWERS,
    MOST_ROWS,
    MOST_ROWS_OF_ANSWERS,
    Table,
    bounded,
    decoded,
    records,
)
from survey.office_files.workbooks import ENDING, refuse_no_text, sheet_table, sheet_tables
from survey.problems import Problem, Refused

# What offices keep tables in, under whatever case: none of it may be passed over in silence.
_KINDS = frozenset({".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods", ".tsv", ".txt"})


def read_table(path: Path, *, of_answers: bool = False) -> Table:
    """Return what a file of either kind holds; raises Refused where it cannot be read.

    One ``of_answers``, or of people, may be much larger than others.
    """
    most_bytes = MOST_BYTES_OF_ANSWERS if of_answers else MOST_BYTES
    return table_in(bounded(path, most_bytes), path.name, of_answers=of_answers)


def table_in(content: bytes, file: str, *, of_answers: bool = False) -> Table:
    """Return what the content of a file of either kind holds, as `read_table` does."""
    most_bytes = MOST_BYTES_OF_ANSWERS if of_answers else MOST_BYTES
    most_rows = MOST_ROWS_OF_ANSWERS if of_answers else MOST_ROWS
    if Path(file).suffix.lower() == ENDING:
        return sheet_table(content, file, most_bytes=most_bytes, most_rows=most_rows)
    refuse_no_text(content, file)
    return Table(file=file, rows=records(decoded(content, file), file, most_rows=most_rows))


def tables_in(content: bytes, file: str) -> tuple[list[Table], list[str]]:
    """Return what the sheets of a workbook hold, and which are hidden; raises Refused."""
    return sheet_tables(content, file, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)


def every_table(content: bytes, file: str) -> list[Table]:
    """Return the sheets of a workbook, or the one table of a CSV file; raises Refused."""
    if file.lower().endswith(ENDING):
        return tables_in(content, file)[0]
    return [table_in(content, file)]


def given(path: Path) -> Path:
    """Return the workbook that stands in the place of a CSV file of a folder, or that file."""
    book = path.with_suffix(ENDING)
    return book if book.is_file() and not path.is_file() else path


def unread(folder: Path, names: Iterable[str]) -> Iterator[Problem]:
    """Yield tables of a folder that are there twice, or as what would be passed over in silence."""
    beside = sorted(folder.iterdir())
    for name in names:
        table = folder / name
        book = table.with_suffix(ENDING)
        if table.is_file() and book.is_file():
            yield Problem(
                file=book.name,
                zh=f"与 {name} 同在一个文件夹，无法确定用哪一份；请删去一份",
                en=f"stands beside {name}, and there is no telling which is meant; remove one",
            )
        elif not given(table).is_file():
            for path in (path for path in beside if _is_like(path, table.stem)):
                yield Problem(
                    file=path.name,
                    zh=f"不会被读取；请另存（或改名）为 {name} 或 {book.name}",
                    en=f"would not be read; save it as (or rename it to) {name} or {book.name}",
                )


def _is_like(path: Path, stem: str) -> bool:
    return path.stem.casefold() == stem and path.suffix.casefold() in _KINDS


@contextmanager
def told_as_given(folder: Path) -> Iterator[None]:
    """Name the workbooks of a folder in what is refused of it; checks know tables as CSV files."""
    try:
        yield
    except Refused as refused:
        books = [
            path.name
            for path in folder.glob(f"*{ENDING}")
            if given(path.with_suffix(".csv")) == path
        ]
        if not books:
            raise
        named = [_named(problem, books) for problem in refused.problems]
        tables = {book: _read_again(folder / book) for book in {p.file for p in named} & {*books}}
        raise Refused(_placed(each, tables.get(each.file)) for each in named) from refused


def _read_again(book: Path) -> Table | None:
    try:
        return read_table(book)
    except Refused:  # which is what was refused
        return None


def _placed(problem: Problem, table: Table | None) -> Problem:
    """Say sheet and column of a fault that was found between tables, where only rows are known."""
    if table is None or problem.sheet:
        return problem
    heading = table.rows[0][1] if table.rows else []
    letters = dict(zip(heading, table.letters, strict=False))
    column = letters.get(problem.field, "") if problem.row is not None else ""
    return replace(problem, sheet=table.sheet, column=column)


def _named(problem: Problem, books: Iterable[str]) -> Problem:
    for book in books:
        table = book.removesuffix(ENDING) + ".csv"
        problem = replace(
            problem,
            file=book if problem.file == table else problem.file,
            zh=problem.zh.replace(table, book),
            en=problem.en.replace(table, book),
        )
    return problem
