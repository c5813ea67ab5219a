"""The figures of an installation as Prometheus reads them: whole text, nobody named.

What processes count is summed over the workers of a server; the rest is read when asked for.
"""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import Clock
from survey.model import (
    DELIVERY_STATES,
    JOB_STATES,
    REFUSALS,
    SIGN_IN_OUTCOMES,
    AuditEntry,
    Campaign,
    Delivery,
    Job,
    ProgressCounter,
    RefusalCounter,
    SignInCounter,
    TreeHead,
)
from survey.site.figures import FIGURES, PAGES, TURNED_AWAY, WAITING, Histogram
from survey.site.installation import Site

_RECEIVED = (
    sa.select(Campaign.code, sa.func.sum(ProgressCounter.received))
    .join(ProgressCounter, ProgressCounter.campaign_id == Campaign.id)
    .group_by(Campaign.code)
    .order_by(Campaign.code)
)
_HEADS = (
    sa.select(Campaign.code, sa.func.max(TreeHead.signed_at))
    .join(TreeHead, TreeHead.campaign_id == Campaign.id)
    .where(Campaign.state == "open")
    .group_by(Campaign.code)
    .order_by(Campaign.code)
)
_REFUSED = sa.select(RefusalCounter.kind, sa.func.sum(RefusalCounter.refused)).group_by(
    RefusalCounter.kind
)
_BACKED_UP = sa.select(sa.func.max(AuditEntry.at)).where(AuditEntry.action == "backup.make")
_JOBS = sa.select(Job.state, sa.func.count()).group_by(Job.state)
_DELIVERIES = sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)


def text(site: Site) -> str:
    """Return all figures in Prometheus' text format."""
    with site.database.reading() as session:
        lines = [*_kept(session, site.clock), *_of_processes(), *_of_the_machine(site)]
    return "\n".join(lines) + "\n"


def _kept(session: Session, clock: Clock) -> Iterator[str]:
    received = {_label(campaign=code): n for code, n in session.execute(_RECEIVED)}
    yield from _family("survey_responses_received_total", "counter", "Responses stored.", received)
    attempts = _all_of(session, sa.select(SignInCounter.outcome, SignInCounter.attempts))
    yield from _family(
        "survey_sign_ins_total",
        "counter",
        "Attempts of officials to sign in that were looked at.",
        {_label(outcome=name): attempts.get(name, 0) for name in SIGN_IN_OUTCOMES},
    )
    refused = _all_of(session, _REFUSED)
    yield from _family(
        "survey_door_refusals_total",
        "counter",
        "Codes, posters and forms of residents that were refused, as the office is told.",
        {_label(kind=kind): refused.get(kind, 0) for kind in REFUSALS},
    )
    at = clock()
    yield from _family(
        "survey_head_age_seconds",
        "gauge",
        "Since the newest signed head of each open campaign.",
        {_label(campaign=code): (at - last).total_seconds() for code, last in _heads(session)},
    )
    made = session.scalar(_BACKED_UP)
    yield from _family(
        "survey_backup_age_seconds",
        "gauge",
        "Since the newest backup; absent before the first.",
        {} if made is None else {"": (at - made).total_seconds()},
    )
    jobs = _all_of(session, _JOBS)
    yield from _family(
        "survey_jobs",
        "gauge",
        "Jobs by their state.",
        {_label(state=state): jobs.get(state, 0) for state in JOB_STATES},
    )
    sent = _all_of(session, _DELIVERIES)
    yield from _family(
        "survey_deliveries",
        "gauge",
        "Releases on their way to other systems, by state; dead ones were given up.",
        {_label(state=state): sent.get(state, 0) for state in DELIVERY_STATES},
    )


def _heads(session: Session) -> Iterator[tuple[str, datetime]]:
    yield from ((code, last) for code, last in session.execute(_HEADS))


def _all_of(session: Session, query: sa.Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def _of_processes() -> Iterator[str]:
    yield from _histograms(
        "survey_request_seconds",
        "Until a whole request was answered, by kind of page, in all workers.",
        {f'page="{page}"': FIGURES.seconds_of(page) for page in PAGES},
    )
    yield from _histograms(
        "survey_batch_answers",
        "Answers stored by one commit, in all workers.",
        {"": FIGURES.together()},
    )
    yield from _family(
        "survey_turned_away_total",
        "counter",
        "Requests that were not let in, by reason, in all workers.",
        {_label(reason=reason): FIGURES.n_turned_away(reason) for reason in TURNED_AWAY},
    )
    yield from _family(
        "survey_waiting",
        "gauge",
        "Answers that wait to be stored, and requests that are not answered, in all workers.",
        {_label(what=what): FIGURES.n_waiting(what) for what in WAITING},
    )


def _of_the_machine(site: Site) -> Iterator[str]:
    path = site.database.engine.url.database
    folders = {"home": site.settings.home}
    if site.database.is_sqlite and path:
        folders["database"] = Path(path).parent
        journal = Path(f"{path}-wal")
        size = journal.stat().st_size if journal.exists() else 0
        help_ = "Size of SQLite's journal."
        yield from _family("survey_wal_bytes", "gauge", help_, {"": size})
    yield from _family(
        "survey_disk_free_bytes",
        "gauge",
        "Free on the disk of a folder.",
        {_label(folder=name): shutil.disk_usage(each).free for name, each in folders.items()},
    )


def _family(name: str, kind: str, help_: str, samples: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples.items():
        yield f"{name}{labels} {_number(value)}"


def _histograms(name: str, help_: str, every: Mapping[str, Histogram]) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} histogram"
    for label, told in every.items():
        before = f"{label}," if label else ""
        labels = f"{{{label}}}" if label else ""
        for bound, n in zip(told.bounds, told.within, strict=True):
            yield f'{name}_bucket{{{before}le="{_number(bound)}"}} {n}'
        yield f'{name}_bucket{{{before}le="+Inf"}} {told.count}'
        yield f"{name}_sum{labels} {_number(told.total)}"
        yield f"{name}_count{labels} {told.count}"


def _label(**label: str) -> str:
    [(name, value)] = label.items()
    return f'{{{name}="{value}"}}'


def _number(value: float) -> str:
    return str(round(value)) if value == round(value) else repr(round(value, 6))
