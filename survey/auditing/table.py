"""The audit as a table to take away: sentences for people, codes and details for machines."""

import csv
import io
import json
from collections.abc import Iterable

from survey.auditing.names import Names
from survey.auditing.sentences import SPOKEN, sentence
from survey.clock import local_minute
from survey.fieldwork.papers.formulas import harmless
from survey.model import AuditEntry

_HEADING = {
    "zh": ("序号", "时间", "姓名", "账号", "操作", "内容", "操作代码", "对象", "详细"),
    "en": ("number", "time", "name", "username", "action", "deed", "code", "subject", "detail"),
}


def heading(lang: str, zone: str) -> bytes:
    """Return the first row, marked as UTF-8 for spreadsheets; times are of the named zone."""
    first, time, *others = _HEADING[lang]
    return _csv([(first, f"{time} ({zone})", *others)]).encode("utf-8-sig")


def rows(entries: Iterable[AuditEntry], *, names: Names, zone: str) -> bytes:
    """Return rows of the table."""
    return _csv(
        (
            entry.id,
            local_minute(entry.at, zone),
            harmless(names.person(entry.by)),
            harmless(entry.by),
            str(SPOKEN[entry.action].name) if entry.action in SPOKEN else "",
            harmless(sentence(entry, names)),
            entry.action,
            harmless(entry.subject),
            json.dumps(entry.detail, ensure_ascii=False),
        )
        for entry in entries
    ).encode()


def _csv(lines: Iterable[tuple[str | int, ...]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(lines)
    return written.getvalue()
