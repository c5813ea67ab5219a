"""Findings of a run become case files: new ones are kept, known ones stay what they are."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import __version__, audit
from survey.appraisal.inputs.reading import Inputs
from survey.appraisal.record.formats import Plain
from survey.appraisal.record.plain import plain
from survey.appraisal.review.content import CaseContent
from survey.appraisal.review.found import Found, Outside, find_cases
from survey.appraisal.review.outside import poster_days, reports
from survey.appraisal.review.picture import Picture, draw
from survey.ledger.reviewed import review_case_digest
from survey.model import Appraisal, Campaign, ReviewCase
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.result import AppraisalResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A case file as it is kept: what it is about, its answers, what people are shown of it."""

    digest: str
    kind: str
    unit_code: str
    group_code: str
    n: int
    responses: list[int]
    content: Plain


def read_outside(session: Session, *, campaign: Campaign, at: datetime) -> Outside:
    """Read what findings need besides the answers."""
    return Outside(
        posters=poster_days(session, campaign=campaign, at=at),
        reports=reports(session, campaign=campaign),
        rules={rule.rule_id: rule for rule in scheme_of(campaign).validity_rules},
        timezone=campaign.timezone,
    )


def case_files(
    result: AppraisalResult, inputs: Inputs, outside: Outside, *, campaign: Campaign
) -> list[Filed]:
    """Return the columns of each case file of a run that no decision had a part in."""
    scale = campaign.questionnaire.content["scale"]
    smallest = scheme_of(campaign).privacy.smallest_cell
    filed = []
    for found in find_cases(result, inputs, outside):
        responses = sorted(inputs.loaded.ids[found.rows].tolist())
        picture = draw(
            inputs.loaded.sample,
            found.rows,
            valid=result.screening.valid,
            scale=scale,
            timezone=campaign.timezone,
            smallest=smallest,
        )
        filed.append(
            Filed(
                digest=found.digest(responses),
                kind=found.kind,
                unit_code=found.unit_code,
                group_code=found.group_code,
                n=len(responses),
                responses=responses,
                content=plain(content_of(found, picture, smallest)),
            )
        )
    return filed


def content_of(found: Found, picture: Picture, smallest: int) -> CaseContent:
    """Return what a case file shows of a finding."""
    return CaseContent(
        zh=found.zh,
        en=found.en,
        certainty=found.certainty,
        first_day=picture.first_day,
        last_day=picture.last_day,
        step=smallest,
        hourly=picture.hourly,
        course=picture.course,
        pattern=picture.pattern,
    )


def is_filed(session: Session, *, campaign: Campaign, run: Appraisal | None) -> bool:
    """Say whether runs of the same answers, plan and program have left their case files."""
    if run is None or run.code_version != __version__:
        return False
    same = (Appraisal.data_digest, Appraisal.plan_digest, Appraisal.code_version)
    query = (
        sa.select(sa.func.count())
        .select_from(ReviewCase)
        .join(Appraisal, Appraisal.id == ReviewCase.appraisal_id)
        .where(ReviewCase.campaign_id == campaign.id)
        .where(*(column == getattr(run, column.key) for column in same))
    )
    return bool(session.scalar(query))


def keep(
    session: Session, filed: Sequence[Filed], *, campaign: Campaign, appraisal: Appraisal, by: str
) -> None:
    """Add the cases that are not known yet, and say so in the audit; the caller commits."""
    of_campaign = sa.select(ReviewCase.digest).where(ReviewCase.campaign_id == campaign.id)
    known = set(session.scalars(of_campaign))
    new = {entry.digest: entry for entry in filed if entry.digest not in known}
    if not new:
        return
    cases = [
        ReviewCase(
            campaign_id=campaign.id, number=number, appraisal_id=appraisal.id, **asdict(entry)
        )
        for number, entry in enumerate(new.values(), start=len(known) + 1)
    ]
    session.add_all(cases)
    session.flush()
    audit.record(
        session,
        by=by,
        at=appraisal.run_at,
        action="review.find",
        subject=campaign.code,
        appraisal=appraisal.id,
        n_cases=len(cases),
        cases={str(case.number): review_case_digest(case) for case in cases},
    )
