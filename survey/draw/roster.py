"""The roster: everybody who could be invited, one row each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.draw.fixing import digest_of_rows
from survey.draw.sizes import Sizes
from survey.office_files.given import read_table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, one_of, rows_of, told_once

COLUMNS = ("person_id", "unit_code", "group_code")
CONTACT = ("name", "telephone")
JOINED_BY = "/"  # the columns of a stratum, where it is one word


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on a roster: by what number, whom he would rate, as what, in which stratum.

    Name and telephone are part of what is fixed, so that nobody is put in another's place later;
    they are written nowhere.
    """

    person_id: str
    unit_code: str
    group_code: str
    strata: tuple[str, ...]
    contact: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody on a roster, and the columns they are divided by."""

    file: str
    names: tuple[str, ...]
    people: tuple[Person, ...]

    def digest(self, salt: str = "") -> str:
        """Return the digest of the whole roster."""
        heading = (*COLUMNS, *self.names, *CONTACT)
        rows = (
            (one.person_id, one.unit_code, one.group_code, *one.strata, *one.contact)
            for one in self.people
        )
        return digest_of_rows([heading, *rows], salt=salt)


def read_roster(path: Path, *, sizes: Sizes) -> Roster:
    """Read a roster for a plan; a CSV file in any encoding, or a workbook.

    Raises Refused with every cell that cannot be used, by row and field: numbers that repeat,
    units, groups and strata that the plan does not have.
    """
    problems: list[Problem] = []
    table = read_table(path, of_answers=True)
    rows = rows_of(
        table,
        columns=(*COLUMNS, *sizes.names),
        problems=problems,
        key=("person_id",),
        optional=CONTACT,
    )
    people = tuple(_person(row, sizes.names) for row in rows)
    _check_planned(rows, people, sizes)
    _check_once(rows, people)
    if not rows and not problems:
        problems.append(Problem(file=table.file, zh="没有一个人", en="has nobody in it"))
    if problems:
        raise Refused(told_once(problems))
    return Roster(file=table.file, names=sizes.names, people=people)


def _person(row: Row, names: Sequence[str]) -> Person:
    return Person(
        person_id=row.text("person_id"),
        unit_code=row.text("unit_code"),
        group_code=row.text("group_code"),
        strata=tuple(_stratum(row, name) for name in names),
        contact=(row.text_or("name", ""), row.text_or("telephone", "")),
    )


def _stratum(row: Row, name: str) -> str:
    value = row.text(name)
    if JOINED_BY in value:
        row.refuse(name, zh="不能含有“/”", en="may not hold “/”")
    return value


def _check_once(rows: Sequence[Row], people: Sequence[Person]) -> None:
    """Refuse numbers that a spreadsheet takes for one, and somebody who stands on it twice.

    Who is drawn is looked up by the number, and a spreadsheet minds no capitals; whoever stands
    there twice would have twice the chance.
    """
    numbers, persons = dict[str, tuple[str, int]](), dict[tuple[str, ...], int]()
    for row, one in zip(rows, people, strict=True):
        given, first = numbers.setdefault(one.person_id.casefold(), (one.person_id, row.number))
        if given != one.person_id:
            row.refuse(
                "person_id",
                zh=f"“{one.person_id}”与第 {first} 行的“{given}”只差大小写，"
                "表格软件会当成同一个编号；请改成不同的编号",
                en=f"{one.person_id!r} differs from {given!r} of row {first} by capitals alone, and"
                " spreadsheets take them for one; give another number",
            )
        if not all(one.contact):
            continue
        who = (one.unit_code, one.group_code, *one.contact)
        before = persons.setdefault(who, row.number)
        if before != row.number:
            row.refuse(
                "name",
                zh=f"与第 {before} 行的单位、评议对象、姓名、电话都相同，同一人只能列一次；"
                "不是同一人的，请在姓名后加以区别",
                en=f"has unit, group, name and telephone of row {before}: nobody stands here twice;"
                " where they are two people, tell them apart by a word after the name",
            )


def _check_planned(rows: Sequence[Row], people: Sequence[Person], sizes: Sizes) -> None:
    units = {line.unit_code for line in sizes.lines}
    pairs = {(line.unit_code, line.group_code) for line in sizes.lines}
    whole = {(line.unit_code, line.group_code) for line in sizes.lines if not line.strata}
    strata = {(line.unit_code, line.group_code, line.strata) for line in sizes.lines}
    zh, en = f"抽样方案 {sizes.file}", f"the plan {sizes.file}"
    for row, one in zip(rows, people, strict=True):
        pair = (one.unit_code, one.group_code)
        if one.unit_code not in units:
            one_of(row, "unit_code", units.__contains__, zh=zh, en=en)
        elif pair not in pairs:
            row.refuse(
                "group_code",
                zh=f"{one.unit_code} 的评议对象“{one.group_code}”不在{zh}中",
                en=f"group {one.group_code!r} of {one.unit_code} is not in {en}",
            )
        elif pair not in whole and (*pair, one.strata) not in strata:
            row.refuse(
                sizes.names[0],
                zh=f"“{JOINED_BY.join(one.strata)}”这一层不在{zh}中",
                en=f"stratum {JOINED_BY.join(one.strata)!r} is not in {en}",
            )
