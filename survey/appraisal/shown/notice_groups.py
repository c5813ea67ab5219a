"""What stands beside the scores of many units, said once for each kind with the units it is of."""

from collections import defaultdict
from dataclasses import dataclass

from survey.appraisal.score_sheet import ScoreRow, ScoreSheet
from survey.wording import Words, heading_of


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNoticed:
    """A unit, the groups a kind of notice is about there, and how many notices that is."""

    row: ScoreRow
    group_codes: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGroup:
    """One kind of notice; how many there are, and of which units."""

    code: str
    heading: Words
    units: tuple[UnitNoticed, ...]

    @property
    def n(self) -> int:
        """Notices of this kind."""
        return sum(unit.n for unit in self.units)


def group_notices(sheet: ScoreSheet) -> list[NoticeGroup]:
    """Return the notices of a sheet's units by kind, those of most units first."""
    rows = {row.figures.unit_code: row for part in sheet.classes for row in part.rows}
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for unit_code, row in rows.items():
        for notice in row.figures.notices:
            found[notice.code][unit_code].append(notice.group_code or "")
    groups = [
        NoticeGroup(
            code=code,
            heading=heading_of(code),
            units=tuple(
                UnitNoticed(
                    row=rows[unit_code],
                    group_codes=tuple(dict.fromkeys(filter(None, groups))),
                    n=len(groups),
                )
                for unit_code, groups in units.items()
            ),
        )
        for code, units in found.items()
    ]
    return sorted(groups, key=lambda group: -len(group.units))
