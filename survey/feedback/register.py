"""The register of cases to take away: one line for each, its words redacted as on the page."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey import audit
from survey.clock import Clock, local_day
from survey.feedback import listing
from survey.feedback.kinds import kind_of_case
from survey.feedback.redact import redact
from survey.fieldwork.papers.formulas import harmless
from survey.model import Campaign, Case, Comment, CommentKind, Unit
from survey.office_files.written import Cells, workbook_of

_HEADING = {
    "zh": (
        *("编号", "单位编码", "单位", "类别", "选的原因", "状态", "难度", "收到日期", "期限"),
        *("是否逾期", "单位可见日期", "内容（已去除个人信息）", "答复", "不予受理的理由"),
        *("居民评价", "办结日期"),
    ),
    "en": (
        *("code", "unit code", "unit", "kind", "reasons", "state", "level", "received", "due"),
        *("late", "unit sees it from", "words (redacted)", "reply", "why not taken up"),
        *("resident", "closed"),
    ),
}
_WORDS = {
    "zh": {
        "case": "办件",
        "praise": "表扬（只计数）",
        "nothing": "无具体内容（只计数）",
        "reasons": "只选原因（只计数）",
        "opened": "待核实",
        "verified": "待交办",
        "assigned": "单位办理中",
        "replied": "待审核",
        "published": "已公布，待评价",
        "closed": "已办结",
        "dismissed": "不予受理",
        "simple": "简单",
        "complex": "复杂",
        "late": "逾期",
        "True": "满意",
        "False": "不满意",
    },
    "en": {"True": "satisfied", "False": "not satisfied"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case in the register, in words of a language; nothing in it names a person."""

    code: str
    unit_code: str
    unit: str
    kind: str
    reasons: str
    state: str
    level: str | None
    received: str
    due_on: str | None
    late: str
    seen_on: str | None
    words: str
    reply: str
    dismissed: str
    resident: str
    closed: str


def register(session: Session, *, campaign: Campaign, today: str, lang: str) -> bytes:
    """Return a campaign's register as an Excel file, cases first that fall due first."""
    lines = register_lines(session, campaign=campaign, today=today, lang=lang)
    rows = (_plain(astuple(line)) for line in lines)
    return workbook_of(chain([_HEADING[lang]], rows))


def note_export(session: Session, *, campaign: Campaign, by: str, clock: Clock) -> None:
    """Leave on record who took the register away."""
    audit.record(session, by=by, at=clock(), action="case.export", subject=campaign.code)


def _plain(row: Cells) -> Cells:
    return tuple(harmless(cell) if isinstance(cell, str) else cell for cell in row)


def register_lines(
    session: Session, *, campaign: Campaign, today: str, lang: str, unit_code: str = ""
) -> Iterator[Line]:
    """Yield a line for each case of a campaign, or of one unit, those that fall due first first."""
    query = (
        sa.select(Case, Comment.text, Comment.reasons)
        .join(Comment, Comment.response_id == Case.response_id)
        .where(Case.campaign_id == campaign.id)
        .options(selectinload(Case.steps))
        .order_by(sa.func.coalesce(Case.due_on, "9999"), Case.code)
    )
    if unit_code:
        query = query.join(Unit, Unit.id == Case.unit_id).where(Unit.code == unit_code)
    for case, text, reasons in session.execute(query):
        kind = kind_of_case(case.state, text, reasons)
        ticked = listing.reason_words(campaign, reasons, lang)
        redacted = redact(case.redacted or text) or _withdrawn(case, lang)
        words = _WORDS[lang] | {"said": redacted, "ticked": "、".join(ticked)}
        yield _line(campaign, case, kind, words=words, today=today, lang=lang)


def _withdrawn(case: Case, lang: str) -> str:
    """Return what stands in place of words that had been checked and were taken back since."""
    said = "(withdrawn by the resident)" if lang == "en" else "（居民已撤回所写文字）"
    return said if case.redacted == "" else ""


def _line(
    campaign: Campaign,
    case: Case,
    kind: CommentKind,
    *,
    words: Mapping[str, str],
    today: str,
    lang: str,
) -> Line:
    due_on = case.due_on if kind == "case" else None
    late = due_on is not None and due_on < today and case.state in listing.LATE_STATES
    ended = next((step.at for step in case.steps if step.step == "closed"), None)
    said = "" if case.satisfied is None else str(case.satisfied)
    return Line(
        code=case.code,
        unit_code=case.unit.code,
        unit=case.unit.short_name(lang),
        kind=words.get(kind, kind),
        reasons=words["ticked"],
        state=words.get(case.state, case.state),
        level=words.get(case.level or "", case.level),
        received=local_day(case.opened_at, campaign.timezone),
        due_on=due_on,
        late=words.get("late", "late") if late else "",
        seen_on=case.seen_on,
        words=words["said"],
        reply=redact(listing.latest(case, "replied")),
        dismissed=redact(listing.latest(case, "dismissed")),
        resident=words.get(said, said),
        closed=local_day(ended, campaign.timezone) if ended else "",
    )
