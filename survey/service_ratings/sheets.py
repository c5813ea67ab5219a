"""The workbook of ratings: a row for each month of each unit, to fill in or to read."""

from collections.abc import Iterator, Sequence

from survey.model import CampaignUnit
from survey.office_files.written import WrittenSheet, workbook_of_sheets
from survey.service_ratings.shown import UnitRatings
from survey.service_ratings.taking import COUNTS
from survey.service_ratings.words import ABOUT, BESIDE, COLUMNS, INSTRUCTIONS, SHEET

_WIDTHS = (12, 10, 10, 10, 10, 10, 12, 12, 26)


def ratings_sheet(rated: Sequence[UnitRatings], *, month: str, lang: str) -> bytes:
    """Return what is kept, and an empty row of a month for each unit that lacks it."""
    rows = [[*COLUMNS[lang], *BESIDE[lang]], *_rows(rated, month, lang)]
    about = [[SHEET[lang]], *([line] for line in INSTRUCTIONS[lang])]
    return workbook_of_sheets(
        [
            WrittenSheet(name=ABOUT[lang], rows=about, widths=(90,)),
            WrittenSheet(name=SHEET[lang], rows=rows, widths=_WIDTHS),
        ]
    )


def _rows(rated: Sequence[UnitRatings], month: str, lang: str) -> Iterator[list[str]]:
    for unit in rated:
        for row in unit.months:
            counts = [str(getattr(row, name)) for name in COUNTS]
            yield _row(unit.taking_part, row.month, counts, lang)
        if all(row.month != month for row in unit.months):
            yield _row(unit.taking_part, month, [""] * len(COUNTS), lang)


def _row(entry: CampaignUnit, month: str, counts: list[str], lang: str) -> list[str]:
    return [entry.unit.code, month, *counts, entry.unit.name(lang)]
