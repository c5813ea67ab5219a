"""The office's own list of codes, with whatever it wrote beside them, read for one reminder.

Codes are not kept in clear, and telephones and addresses not at all: the office gives back the file
it got when the codes were issued, or one made of it. It is looked through in memory, what is used
is left out, and nothing of it is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.fieldwork.entrances import stored_openings
from survey.model import Campaign, Entrance
from survey.office_files.tables import Table
from survey.problems import Problem, Refused

CODE_COLUMNS = ("评议码", "code", "token")
_MOST_TOLD = 50
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """A row of the office's list: its cells as they stand there, and the code in it."""

    cells: tuple[str, ...]
    code: str
    code_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnList:
    """The office's list: its heading and its rows."""

    heading: tuple[str, ...]
    rows: tuple[OwnRow, ...]


def read_own_list(session: Session, *, campaign: Campaign, table: Table, key: bytes) -> OwnList:
    """Read a list whose column 评议码 (code, token) holds codes issued in this campaign.

    Raises Refused with every row whose code is none of the campaign's, or stands there twice.
    """
    heading = tuple(table.rows[0][1]) if table.rows else ()
    column = next((i for i, cell in enumerate(heading) if _name(cell) in CODE_COLUMNS), None)
    if column is None:
        raise Refused([_no_column(table)])
    problems = table.faults_told()
    padded = [
        (number, (*cells, *[""] * (len(heading) - len(cells)))[: len(heading)])
        for number, cells in table.rows[1:]
    ]
    hashes = [stored_openings(key, cells[column]) for _number, cells in padded]
    known = _known(session, campaign, [each for row in hashes for each in row])
    rows = [
        (number, _row(cells, cells[column], row, known))
        for (number, cells), row in zip(padded, hashes, strict=True)
    ]
    first: dict[bytes, int] = {}
    for number, row in rows:
        if row.code_hash not in known:
            problems.append(_unknown(table, number, heading[column]))
        elif row.code_hash in first:
            problems.append(_twice(table, number, heading[column], first[row.code_hash]))
        first.setdefault(row.code_hash, number)
    if problems:
        raise Refused(_few(problems, table))
    return OwnList(heading=heading, rows=tuple(row for _number, row in rows))


def _row(cells: tuple[str, ...], typed: str, hashes: Iterable[bytes], known: set[bytes]) -> OwnRow:
    """Return a row with the hash that its code is stored by, else the one it would be."""
    stored = [*hashes]
    return OwnRow(
        cells=cells,
        code=codes.normalise(typed),
        code_hash=next((each for each in stored if each in known), stored[0]),
    )


def _name(cell: str) -> str:
    words = cell.split()
    return words[-1].casefold() if words else ""


def _known(session: Session, campaign: Campaign, hashes: list[bytes]) -> set[bytes]:
    """Return which hashes are of codes issued in the campaign."""
    found: set[bytes] = set()
    for start in range(0, len(hashes), _CHUNK):
        query = sa.select(Entrance.code_hash).where(
            Entrance.code_hash.in_(hashes[start : start + _CHUNK]),
            Entrance.campaign_id == campaign.id,
            Entrance.collected.is_(sa.false()),
        )
        found |= {each for each in session.scalars(query) if each}
    return found


def _few(problems: list[Problem], table: Table) -> list[Problem]:
    more = len(problems) - _MOST_TOLD
    if more <= 0:
        return problems
    rest = Problem(file=table.file, zh=f"另有 {more} 行也不对", en=f"and {more} rows more")
    return [*problems[:_MOST_TOLD], rest]


def _no_column(table: Table) -> Problem:
    return Problem(
        file=table.file,
        row=1,
        zh="第一行没有“评议码”列；请用发放时下载的清单，或在其中加上电话、地址等列，不要删去第一行",
        en="has no column 评议码 or code in its first row; give the list you got when the codes"
        " were issued, with your own columns added if you like",
    )


def _unknown(table: Table, number: int, field: str) -> Problem:
    # The code itself is not repeated: what is told may be written down.
    return Problem(
        file=table.file,
        row=number,
        field=field,
        zh="不是本次评议发放的评议码；请核对是否抄错，或放错了文件",
        en="is no code issued in this campaign; is it mistyped, or the wrong file?",
    )


def _twice(table: Table, number: int, field: str, first: int) -> Problem:
    return Problem(
        file=table.file,
        row=number,
        field=field,
        zh=f"与第 {first} 行是同一个评议码",
        en=f"is the code of row {first} again",
    )
