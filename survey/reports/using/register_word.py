"""整改台账 as Word: the cases taken up, what became of each, and how units put them right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from survey.clock import Clock, local_day
from survey.feedback.climbing.climbed import late_cases
from survey.feedback.climbing.rates import Rates, rates_of
from survey.feedback.climbing.rungs import Rung
from survey.feedback.register import Line, register_lines
from survey.model import Campaign
from survey.problems import Refused
from survey.reports.drawing import rendered
from survey.scheme.campaign_scheme import scheme_of
from survey.site.resources import folder
from survey.two_persons.deed import Said

MOST = 1_000  # lines; Word is slow with more, and nobody reads them in one file
NAME = Said(zh="整改台账", en="Register of rectification")
_NONE = "–"
_RUNGS: dict[Rung, Said] = {
    "unit": Said(zh="单位逾期", en="late at the unit"),
    "office": Said(zh="逾期，绩效办督办", en="late, at the office"),
    "leaders": Said(zh="逾期，已报领导小组", en="late, at the leading group"),
    "public": Said(zh="逾期，计入公示", en="late, counted in public"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """A case."""

    code: str
    unit: str
    received: str
    words: str
    reply: str
    due: str
    state: str
    resident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesRow:
    """How a unit put right what was handed to it."""

    unit: str
    handed: str
    settled: str
    in_time: str
    satisfied: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFields:
    """All that the template of the register names."""

    title: str
    organiser: str
    warning: str
    made_on: str
    n: str
    rows: tuple[RegisterRow, ...]
    rates: tuple[RatesRow, ...]


def register_word(
    session: Session, *, campaign: Campaign, lang: str, clock: Clock, unit_code: str = ""
) -> bytes:
    """Return the register as Word, of one unit where its code is given.

    Raises Refused where it would have too many lines.
    """
    today = local_day(clock(), campaign.timezone)
    late = {
        case.code: case.climb.rung for case in late_cases(session, campaign=campaign, today=today)
    }
    words = {"campaign": campaign, "today": today, "lang": lang, "unit_code": unit_code}
    lines = list(_taken_up(register_lines(session, **words)))  # type: ignore[arg-type]
    if len(lines) > MOST:
        raise Refused.of(
            field="unit",
            zh=f"台账有{len(lines)}件，Word 一份最多{MOST}件；请选一个单位，或下载 Excel",
            en=f"the register has {len(lines)} cases and a Word file holds {MOST} at most; choose"
            " a unit, or take the Excel file",
        )
    rates = rates_of(session, campaign=campaign, today=today)
    scheme, english = scheme_of(campaign), lang == "en"
    values = RegisterFields(
        title=campaign.title(lang),
        organiser=scheme.campaign.organiser_zh,
        warning=_warning(english=english) if campaign.simulated else "",
        made_on=_day(today, english=english),
        n=str(len(lines)),
        rows=tuple(_row(line, late.get(line.code), lang) for line in lines),
        rates=tuple(
            _rates(entry.unit.short_name(lang), rates[entry.unit.code])
            for entry in campaign.units
            if unit_code in {"", entry.unit.code} and rates[entry.unit.code].handed
        ),
    )
    return rendered(_template(lang), values, name=NAME.text(lang))


def _taken_up(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield the lines of cases: words that are only counted have no level and no deadline."""
    return (line for line in lines if line.level or line.due_on or line.dismissed)


def _row(line: Line, rung: Rung | None, lang: str) -> RegisterRow:
    state = f"{line.state}（{_RUNGS[rung].text(lang)}）" if rung else line.state
    return RegisterRow(
        code=line.code,
        unit=line.unit,
        received=line.received,
        words=line.words or line.reasons or _NONE,
        reply=line.reply or line.dismissed or _NONE,
        due=line.due_on or line.closed or _NONE,
        state=state if lang != "en" else state.replace("（", " (").replace("）", ")"),
        resident=line.resident or _NONE,
    )


def _rates(unit: str, of: Rates) -> RatesRow:
    shares = {name: share or _NONE for name, share in of.shares.items()}
    return RatesRow(unit=unit, handed=str(of.handed), **shares)


def _warning(*, english: bool) -> str:
    return (
        "Demonstration: invented answers."
        if english
        else "演示数据：答卷为模拟，不代表任何真实单位。"
    )


def _day(day: str, *, english: bool) -> str:
    at = date.fromisoformat(day)
    return f"{at.day} {at:%B %Y}" if english else f"{at.year}年{at.month}月{at.day}日"


@cache
def _template(lang: str) -> bytes:
    return (folder("templates") / "documents" / f"register.{lang}.docx").read_bytes()
