"""A sheet of a draft as it is stored, told from a later one, and what differs between two."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.model import Campaign
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.sheets import Form, Rows, Sheet, name_in
from survey.scheme.workbook.writing import sheets_of

# How many of the first cells tell a row of a table from the others.
_TOLD_BY = {"class_group_weights.csv": 2, "population_margins_18plus.csv": 4}


class Change(NamedTuple):
    """One cell that is another one, or a row that came or went: where, and both values."""

    at: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A sheet of a draft as it is stored, and the digest that tells it from a later one."""

    sheet: Sheet
    rows: Rows

    @property
    def digest(self) -> str:
        """The SHA-256 of its rows."""
        return digest_of(self.rows)


def version_of(session: Session, campaign: Campaign, sheet: Sheet) -> Version:
    """Return a sheet of a campaign's plan."""
    filled = sheets_of(stored_folder(session, campaign))
    return Version(sheet=sheet, rows=filled[sheet.name])


def changes_of(sheet: Sheet, before: Rows, after: Rows) -> list[Change]:
    """Return where two versions of a sheet differ, row by row and cell by cell."""
    names = [name_in(cell) for cell in before[0]]
    old, new = (_keyed(sheet, rows[1:]) for rows in (before, after))
    found = []
    for key in [*old, *(key for key in new if key not in old)]:
        if key in old and key in new:
            found += [
                Change(f"{key} {name}", was, now)
                for name, was, now in zip(names, old[key], new[key], strict=False)
                if was != now
            ]
        else:
            found.append(Change(key, _row(old.get(key, [])), _row(new.get(key, []))))
    if not found and list(old) != list(new):
        found.append(Change("", " ".join(old), " ".join(new)))  # the order alone
    return found


def _row(cells: list[str]) -> str:
    return " | ".join(cell for cell in cells if cell)


def _keyed(sheet: Sheet, rows: Rows) -> dict[str, list[str]]:
    """Return rows by what tells them; blank ones are none."""
    n_cells = _TOLD_BY.get(sheet.file, 1) if sheet.form is Form.TABLE else 1
    found: dict[str, list[str]] = {}
    for row in rows:
        if any(cell.strip() for cell in row):
            key = told = " ".join(row[:n_cells])
            n = 1
            while key in found:
                n += 1
                key = f"{told} ({n})"
            found[key] = row
    return found
