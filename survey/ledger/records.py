"""What a signed head says of everything else that is a record: one digest for each part.

The digests are kept beside the head so that what disagrees later can be named; the head itself
says only one digest over all of them, which a random salt of the campaign keeps anybody from
guessing who knows some of the counts. The rows of answers are sealed by the ledger itself.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import canonical, digest_of
from survey.ledger.book import read_frontier
from survey.ledger.committed.commitments import statement_digests
from survey.model import (
    Appraisal,
    Area,
    AuditTail,
    Campaign,
    CampaignUnit,
    Case,
    CaseStep,
    CoachingReport,
    Comment,
    Entrance,
    GroupCoefficient,
    Margin,
    ProgressCounter,
    Release,
    RespondentGroup,
    Response,
    Unit,
    Verdict,
)

FIXED = (
    *("campaign", "plan", "scheme", "texts", "questionnaire", "units", "groups"),
    *("coefficients", "areas", "margins"),
)

_VERDICT = cast(sa.Table, Verdict.__table__)
_CHUNK = 20_000


def record_digests(
    session: Session, campaign: Campaign, *, sealed: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the digest of each part of a campaign's records as they are now.

    `plan`, `scheme` and the other parts that the opening fixes; `audit`, the count and the hash
    of the chain of deeds; `counters`, said of a size of the ledger; `runs` and `releases`, each
    with its digest; of codes issued and withdrawn, comments, decisions on them and reports the
    count and a hash; `commitments`, the digest of each statement of codes committed.

    What the opening fixed is taken over from what a head `sealed` before, where one is given:
    it is the same or an alarm, and residents do not wait while it is reckoned again.
    """
    fixed = {name: sealed[name] for name in FIXED if sealed and name in sealed}
    committed = statement_digests(session, campaign)
    return {
        "salt": campaign.record_salt.hex(),
        **(fixed if len(fixed) == len(FIXED) else fixed_digests(session, campaign)),
        "audit": _audit(session),
        "counters": _counters(session, campaign),
        "runs": _runs(session, campaign),
        "releases": _releases(session, campaign),
        **grown_digests(session, campaign),
        # Not said of a campaign that was opened before codes were committed.
        **({"commitments": committed} if committed else {}),
    }


def fixed_digests(session: Session, campaign: Campaign) -> dict[str, str]:
    """Return the digests of what is the same from the opening on, unless it is amended."""
    of = campaign.id
    fixed: dict[str, object] = {
        "plan": campaign.plan,
        "scheme": campaign.scheme,
        "texts": campaign.notices,
        "questionnaire": campaign.questionnaire.content,
        "units": _rows(
            session,
            sa.select(
                *(Unit.code, Unit.uscc, CampaignUnit.position, CampaignUnit.class_code),
                CampaignUnit.item_ids,
            )
            .join(Unit, Unit.id == CampaignUnit.unit_id)
            .where(CampaignUnit.campaign_id == of)
            .order_by(CampaignUnit.position),
        ),
        "groups": _all(session, RespondentGroup, campaign),
        "coefficients": _all(session, GroupCoefficient, campaign),
        "areas": _all(session, Area, campaign),
        "margins": _all(session, Margin, campaign),
    }
    digests = {name: digest_of(content) for name, content in fixed.items()}
    return {"campaign": campaign_digest(campaign), **digests}


def draft_digests(session: Session, campaign: Campaign) -> dict[str, str]:
    """Return the digest of each part of a draft; its plan is made of them."""
    return {name: d for name, d in fixed_digests(session, campaign).items() if name != "plan"}


def draft_digest(session: Session, campaign: Campaign) -> str:
    """Return one digest of all a draft says."""
    return digest_of(draft_digests(session, campaign))


def campaign_digest(campaign: Campaign) -> str:
    """Return the digest of a campaign's names and period, which an extension amends."""
    return digest_of(
        [
            *(campaign.code, campaign.title_zh, campaign.title_en, campaign.organiser_zh),
            *(campaign.year, campaign.timezone, campaign.simulated),
            *(_plain(campaign.starts_at), _plain(campaign.ends_at)),
        ]
    )


def grown_digests(session: Session, campaign: Campaign) -> dict[str, str]:
    """Return `count:hash` of what is only added to: equal counts have equal hashes."""
    of = campaign.id
    issued = (Entrance.kind, Entrance.unit_id, Entrance.group_code, Entrance.channel)
    batch = (*issued, Entrance.issued_at, Entrance.issued_by)
    codes = sa.select(*batch, sa.func.count()).where(Entrance.campaign_id == of)
    withdrawn = sa.select(*batch, Entrance.withdrawn_at, sa.func.count()).where(
        Entrance.campaign_id == of, Entrance.withdrawn_at.is_not(None)
    )
    comments = sa.select(Comment.response_id).join(Response, Response.id == Comment.response_id)
    decisions = sa.select(CaseStep.case_id, CaseStep.position, CaseStep.step, CaseStep.by)
    reports = sa.select(CoachingReport.id, CoachingReport.unit_id, CoachingReport.day)
    return {
        "codes": _counted(
            sorted(_rows(session, codes.group_by(*batch)), key=canonical), weigh=True
        ),
        "withdrawn": _counted(
            sorted(
                _rows(session, withdrawn.group_by(*batch, Entrance.withdrawn_at)), key=canonical
            ),
            weigh=True,
        ),
        "comments": _counted(
            _numbers(session, comments.where(Response.campaign_id == of).order_by(Response.id))
        ),
        "decisions": _counted(
            _rows(
                session,
                decisions.join(Case, Case.id == CaseStep.case_id)
                .where(Case.campaign_id == of)
                .order_by(CaseStep.case_id, CaseStep.position),
            )
        ),
        "reports": _counted(
            _rows(
                session,
                reports.where(CoachingReport.campaign_id == of).order_by(CoachingReport.id),
            )
        ),
    }


def run_digest(appraisal: Appraisal) -> str:
    """Return the digest of a run: its figures, and what they say they were made of."""
    return digest_of(
        {
            "code_version": appraisal.code_version,
            "content": appraisal.content,
            "data_digest": appraisal.data_digest,
            "plan_digest": appraisal.plan_digest,
            "run_at": _plain(appraisal.run_at),
            "run_by": appraisal.run_by,
        }
    )


def verdict_digest(session: Session, appraisal_id: int) -> str:
    """Return the digest of what a run's screening said of each answer it did not simply keep."""
    query = (
        sa.select(_VERDICT.c.response_id, _VERDICT.c.verdict, _VERDICT.c.rules)
        .where(_VERDICT.c.appraisal_id == appraisal_id)
        .order_by(_VERDICT.c.response_id)
        .execution_options(yield_per=_CHUNK)
    )
    return digest_of_verdicts(tuple(row) for row in session.execute(query))


def digest_of_verdicts(verdicts: Iterable[tuple[int, str, str]]) -> str:
    """Return the digest of verdicts in the order of their answers: answer, verdict, rules."""
    digest = hashlib.sha256()
    for response_id, verdict, rules in verdicts:
        digest.update(f"{response_id}|{verdict}|{rules}\n".encode())
    return digest.hexdigest()


def listed(part: str) -> dict[str, str]:
    """Return what a part that lists runs or releases says of each."""
    return dict(item.split("=", 1) for item in part.split(";") if item)


def _audit(session: Session) -> str:
    tail = session.execute(sa.select(AuditTail.entries, AuditTail.hash)).one_or_none()
    return f"{tail.entries}:{tail.hash.hex()}" if tail else "0:"


def _counters(session: Session, campaign: Campaign) -> str:
    size = read_frontier(session, campaign_id=campaign.id).size
    return f"{size}:{digest_of(_numbers(session, _query(ProgressCounter, campaign)))}"


def _runs(session: Session, campaign: Campaign) -> str:
    query = (
        sa.select(Appraisal.id, Appraisal.content_digest, Appraisal.verdict_digest)
        .where(Appraisal.campaign_id == campaign.id)
        .order_by(Appraisal.id)
    )
    return ";".join(
        f"{number}={run}:{verdicts}" for number, run, verdicts in session.execute(query)
    )


def _releases(session: Session, campaign: Campaign) -> str:
    query = (
        sa.select(Release.number, Release.digest)
        .where(Release.campaign_id == campaign.id)
        .order_by(Release.number)
    )
    return ";".join(f"{number}={digest}" for number, digest in session.execute(query))


# Named, not all there are: a column of a later version must not make a sealed digest false.
_SEALED: dict[Any, str] = {
    RespondentGroup: "campaign_id code position name_zh name_en min_valid",
    GroupCoefficient: "campaign_id class_code group_code coefficient target_valid",
    Area: "campaign_id code position name_zh name_en kind_zh resident_population n_villages",
    Margin: "campaign_id area_code dimension level population",
    ProgressCounter: "campaign_id unit_id group_code channel day received valid",
}


def _all(session: Session, model: Any, campaign: Campaign) -> list[list[object]]:
    return _rows(session, _query(model, campaign))


def _query(model: Any, campaign: Campaign) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for all rows of a campaign in a table, in the order of their keys."""
    table = cast(sa.Table, model.__table__)
    columns = [table.c[name] for name in _SEALED[model].split()]
    query = sa.select(*columns).where(table.c.campaign_id == campaign.id)
    return query.order_by(*table.primary_key)


def _rows(session: Session, query: sa.Select[*tuple[Any, ...]]) -> list[list[object]]:
    return [[_plain(value) for value in row] for row in session.execute(query)]


def _numbers(session: Session, query: sa.Select[*tuple[Any, ...]]) -> list[tuple[object, ...]]:
    """Return rows of numbers and codes alone, of which there are many: nothing to convert."""
    return [tuple(row) for row in session.execute(query)]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if value is None or isinstance(value, int | str | list):
        return value
    return str(value)


def _counted(rows: Iterable[Sequence[object]], *, weigh: bool = False) -> str:
    """Return how many rows there are and their hash; weighed, each counts by its last column."""
    held = list(rows)
    count = sum(cast(int, row[-1]) for row in held) if weigh else len(held)
    return f"{count}:{digest_of(held)}"
