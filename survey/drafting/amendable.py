"""What a new version of an opened plan may change, cell by cell, and what it never may.

An answer was given to a page, about a unit, under rules that were told. So nothing may change that
a score is made of, that residents were asked, or that they agreed to; what remains are the words
and numbers by which the office works and is reached.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from survey.problems import Problem
from survey.scheme.workbook.sheets import BY_NAME, Form, Rows, Sheet, name_in
from survey.verification.amendments import Changed

_WHOLE = frozenset({"日程"})
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "方案": (
        *("hotline", "contact", "campaign.title_zh", "campaign.title_en", "campaign.organiser_zh"),
        *("quality_targets.", "bulletin_days", "reminder_days"),
    ),
    "告知文字": ("thanks", "already", "closed", "poster", "sms", "greetings."),
}
_COLUMNS: Mapping[str, frozenset[str]] = {
    "权重": frozenset({"target_valid_per_unit"}),
    "评议对象": frozenset({"name_zh", "name_en"}),
    "类别": frozenset({"zh", "en"}),
    "渠道": frozenset({"zh", "en"}),
    "岗位": frozenset({"zh", "en"}),
}
_NAMES = frozenset({"name_zh", "name_en", "zh", "en"})
_TOLD_BY = {"权重": 2}  # cells that tell a row
_ALIKE = 0.5  # of two spellings of one name, from 0 to 1
_MAY_CHANGE = frozenset({*_WHOLE, *_SETTINGS, *_COLUMNS})

_ZH = (
    "评议已经开启，这里不能再改：{why}。确需改动的，请结束本次评议，改用新的评议活动；"
    "可以改的：联系电话、名称的错字、计划份数、质量目标、日程、通报日期、海报和短信等文字"
)
_EN = (
    "cannot change once the campaign is open: {why}. If it must, close this campaign and hold a new"
    " one. What may change: telephone numbers, misspelt names, planned numbers, quality targets,"
    " the calendar, days of bulletins, words of posters and messages"
)
_SCORES = ("得分由此算出，或居民已经按此作答", "scores are made of it, or residents answered by it")
_AGREED = ("居民已经按这些话同意参加", "residents agreed to take part on these words")
_PERIOD = ("评议时间用“延长评议时间”改", "the period changes by an extension alone")
_OTHER = (
    "新的名称与原来相差太大，或已是另一个的名称，改的就不只是错字",
    "the new name is too far from the former, or is another's, so no mere misspelling",
)


def may_change(sheet: Sheet) -> bool:
    """Say whether anything of a sheet may change in an open campaign."""
    return sheet.name in _MAY_CHANGE


def changed_cells(sheet: Sheet, before: Rows, after: Rows) -> Iterator[Changed]:
    """Yield each cell of a sheet that is another one, and rows that came or went."""
    heading = before[0]
    old, new = _keyed(sheet, before), _keyed(sheet, after)
    shown = {Form.SETTINGS: 2, Form.WORDS: 3}.get(sheet.form, len(heading))
    for key in [*old, *(key for key in new if key not in old)]:
        if key in old and key in new:
            for column, was, now in zip(heading[:shown], old[key], new[key], strict=False):
                if was.strip() != now.strip():
                    at = f"{key} {name_in(column)}"
                    words = _in_words(sheet, key, column, old[key])
                    yield Changed(sheet.name, at, was, now, *words)
        elif any(old.get(key, new.get(key, []))[1:shown]):
            yield Changed(sheet.name, key, _row(old.get(key)), _row(new.get(key)), key, key)


def refusals(sheet: Sheet, before: Rows, after: Rows) -> Iterator[Problem]:
    """Yield what of a sheet's changes may not be, each with the reason."""
    for change in changed_cells(sheet, before, after):
        key, _, column = change.at.rpartition(" ")
        why = _why_not(sheet, key, column, change, before)
        if why:
            yield Problem(
                sheet=sheet.name,
                field=change.at,
                zh=_ZH.format(why=why[0]),
                en=_EN.format(why=why[1]),
            )


def cell_may_change(sheet: Sheet, key: str, heading: str) -> bool:
    """Say whether a cell may change in an open campaign, for whoever fills it in."""
    if sheet.name in _SETTINGS:
        return _not_a_setting(sheet, key) is None
    return sheet.name in _WHOLE or name_in(heading) in _COLUMNS.get(sheet.name, frozenset())


def _in_words(sheet: Sheet, key: str, heading: str, row: list[str]) -> tuple[str, str]:
    """Return which cell it is, in Chinese and English."""
    label, name = heading.rpartition(" ")[0], name_in(heading)
    if sheet.form is Form.SETTINGS:
        chinese, _, english = row[2].partition("\n")
        return chinese, english
    if sheet.form is Form.WORDS:
        chinese, _, english = row[3].partition("\n")
        return f"{chinese or key}（{label}）", f"{english or key} ({name})"
    return f"{key} {label}", f"{key} {name}"


def _why_not(
    sheet: Sheet, key: str, column: str, change: Changed, before: Rows
) -> tuple[str, str] | None:
    if sheet.name in _WHOLE:
        return None
    if sheet.name in _SETTINGS:
        return _not_a_setting(sheet, key or change.at)
    if column in _COLUMNS.get(sheet.name, frozenset()) and key:
        others = _named(sheet, column, before) - {change.before.casefold()}
        return _OTHER if column in _NAMES and not _is_spelling(change, others) else None
    return _SCORES


def _not_a_setting(sheet: Sheet, key: str) -> tuple[str, str] | None:
    for known in _SETTINGS[sheet.name]:
        if key == known or (known.endswith(".") and key.startswith(known)):
            return None
    if sheet == BY_NAME["告知文字"]:
        return _AGREED
    return _PERIOD if key.startswith("campaign.fieldwork.") else _SCORES


def _is_spelling(change: Changed, others: set[str]) -> bool:
    now = change.after.strip()
    alike = SequenceMatcher(None, change.before.casefold(), now.casefold()).ratio()
    return bool(now) and now.casefold() not in others and alike >= _ALIKE


def _named(sheet: Sheet, column: str, rows: Rows) -> set[str]:
    place = [name_in(cell) for cell in rows[0]].index(column)
    return {row[place].strip().casefold() for row in rows[1:]}


def _keyed(sheet: Sheet, rows: Rows) -> dict[str, list[str]]:
    n_cells = _TOLD_BY.get(sheet.name, 1)
    if sheet.name in _WHOLE:  # steps need have no name of their own
        return {f"{number}": row for number, row in enumerate(rows[1:], 1) if any(row)}
    return {" ".join(row[:n_cells]): row for row in rows[1:] if any(cell.strip() for cell in row)}


def _row(cells: list[str] | None) -> str:
    return " | ".join(cell for cell in cells or () if cell)
