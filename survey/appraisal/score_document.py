"""Composes the score document, what a release says, from one appraisal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from survey.appraisal.record import AppraisalRecord, ScoreDocument
from survey.appraisal.record.reported import Reported, UnitReported
from survey.appraisal.record.scores import (
    AccountGiven,
    AppealGranted,
    BothLanguages,
    CampaignFacts,
    CasesDecided,
    CodesIssued,
    CommonItemsFacts,
    Decision,
    EquivalentSample,
    Fieldwork,
    GroupEquivalent,
    GroupScore,
    Indicator,
    LedgerFacts,
    OnSiteDeductions,
    ReleaseFacts,
    Remark,
    UnitScore,
)
from survey.appraisal.record.witnessed import WitnessFacts
from survey.appraisal.runs import read_record
from survey.model import Appraisal, Campaign, CampaignUnit
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.figures import GroupFigure, UnitFigure
from survey.stats.campaign.scoring import round_half_up

Sources = Mapping[tuple[str, str], int]  # of each unit and group, by their codes
SIMULATED = BothLanguages(
    zh="演示数据：全部答卷由程序模拟生成，不得用于实际考核",
    en="Demonstration: all answers are simulated; not for use in any real appraisal",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """What a release adds to the figures of its appraisal."""

    number: int
    frozen_at: datetime
    supersedes: str | None
    ledger_size: int
    ledger_root: bytes
    codes: tuple[CodesIssued, ...]
    accounts: tuple[AccountGiven, ...]
    sources: Sources
    reported: Reported
    reported_of_units: Mapping[str, UnitReported]
    appeal: AppealGranted | None = None
    on_site: OnSiteDeductions | None = None
    witnesses: WitnessFacts | None = None


def release_code(campaign: Campaign, number: int) -> str:
    """Return the public code of a campaign's release."""
    return f"{campaign.code}-R{number}"


def compose(*, campaign: Campaign, appraisal: Appraisal, freezing: Freezing) -> ScoreDocument:
    """Return the document of a release, still without its signature."""
    record = read_record(appraisal)
    return ScoreDocument(
        simulated=campaign.simulated,
        notice=SIMULATED if campaign.simulated else None,
        campaign=_campaign(campaign),
        release=ReleaseFacts(
            id=release_code(campaign, freezing.number),
            number=freezing.number,
            frozen_at=freezing.frozen_at.isoformat(timespec="seconds"),
            supersedes=freezing.supersedes,
            plan_digest=appraisal.plan_digest,
            data_digest=appraisal.data_digest,
            code_version=appraisal.code_version,
            ledger=LedgerFacts(size=freezing.ledger_size, root=freezing.ledger_root.hex()),
            codes=freezing.codes,
            accounts=freezing.accounts or None,
            cases=_cases(record),
            appeal=freezing.appeal,
            witnesses=freezing.witnesses,
        ),
        notices=remarks_of(record, ""),
        units=tuple(
            replace(unit, reported=freezing.reported_of_units.get(unit.unit_code))
            for unit in units_of(campaign=campaign, record=record, sources=freezing.sources)
        ),
        open_answers=_equivalents(record) or None,
        reported=freezing.reported,
        on_site=freezing.on_site,
    )


def _cases(record: AppraisalRecord) -> CasesDecided | None:
    """Return how many cases stand decided how; None where nobody decided anything."""
    if record.review is None:
        return None
    verdicts = [case.verdict for case in record.review.cases]
    return CasesDecided(
        keep=verdicts.count("keep"), exclude=verdicts.count("exclude"), one=verdicts.count("one")
    )


def units_of(
    *, campaign: Campaign, record: AppraisalRecord, sources: Sources | None = None
) -> tuple[UnitScore, ...]:
    """Return the published figures of every unit, in the scheme's order."""
    figures = {figure.unit_code: figure for figure in record.units}
    return tuple(
        _unit(campaign, entry, figures[entry.unit.code], record, sources or {})
        for entry in campaign.units
    )


def _campaign(campaign: Campaign) -> CampaignFacts:
    zone = ZoneInfo(campaign.timezone)
    return CampaignFacts(
        id=campaign.code,
        title=campaign.title_zh,
        title_en=campaign.title_en,
        year=campaign.year,
        fieldwork=Fieldwork(
            start=campaign.starts_at.astimezone(zone).isoformat(timespec="seconds"),
            end=campaign.answers_until.astimezone(zone).isoformat(timespec="seconds"),
        ),
        indicator=Indicator(**asdict(scheme_of(campaign).indicator)),
        common_items=common_items_of(campaign.questionnaire.content),
    )


def common_items_of(questionnaire: Mapping[str, Any]) -> CommonItemsFacts | None:
    """Return whose common items a questionnaire took in; None of one of the office's own."""
    source = questionnaire.get("common_source")
    return CommonItemsFacts(**source) if source else None


def _unit(
    campaign: Campaign,
    entry: CampaignUnit,
    figure: UnitFigure,
    record: AppraisalRecord,
    sources: Sources,
) -> UnitScore:
    published = figure.status == "published"
    groups = _groups(campaign, record, entry.unit.code, sources)
    told = [group.sources for group in groups if group.sources is not None]
    return UnitScore(
        unit_code=entry.unit.code,
        uscc=entry.unit.uscc,
        name=entry.unit.name_zh,
        name_en=entry.unit.name_en,
        class_code=figure.class_code,
        area_code=entry.unit.area_code,
        score=None if figure.score is None else str(figure.score),
        lower=_decimal(figure.lower, 2) if published else None,
        upper=_decimal(figure.upper, 2) if published else None,
        points=None if figure.points is None else str(figure.points),
        full_points=_rounded(record.plan.conversion.full_points, 2),
        class_rank=figure.rank,
        rank_range=_range(figure),
        tier=figure.tier,
        grade=figure.grade_zh or None,
        grade_en=figure.grade_en or None,
        n=figure.n,
        effective_n=_rounded(figure.effective_n, 1),
        group_weight_used=_rounded(figure.group_weight_used, 1),
        status=figure.status,
        notices=remarks_of(record, entry.unit.code),
        groups=groups,
        sources=sum(told) if told and len(told) == len(groups) else None,
        decisions=_decisions(record, entry.unit.code) or None,
    )


def _decisions(record: AppraisalRecord, unit_code: str) -> tuple[Decision, ...]:
    return tuple(
        Decision(
            kind=figure.kind,
            threshold=_rounded(figure.threshold, 2),
            side=figure.side,
            strict=figure.strict,
            error_rate=format(Decimal(str(record.plan.decisions.error_rate)), "f"),
        )
        for figure in record.decisions or ()
        if figure.unit_code == unit_code
    )


def _equivalents(record: AppraisalRecord) -> tuple[GroupEquivalent, ...]:
    """Return what the open answers of each group are worth, where that can be told."""
    return tuple(
        GroupEquivalent(
            group_code=bias.group_code, open_n=bias.open_n, equivalent_sample=equivalent_sample
        )
        for bias in record.open_bias
        if bias.open_n is not None
        and (
            equivalent_sample := _equivalent(
                bias.equivalent_n, bias.equivalent_lower, bias.equivalent_upper
            )
        )
    )


def _equivalent(
    n: float | None, lower: float | None, upper: float | None
) -> EquivalentSample | None:
    if n is None or lower is None or upper is None:
        return None
    return EquivalentSample(n=_rounded(n, 0), lower=_rounded(lower, 0), upper=_rounded(upper, 0))


def _range(figure: UnitFigure) -> tuple[int, int] | None:
    if figure.rank_lower is None or figure.rank_upper is None:
        return None
    return figure.rank_lower, figure.rank_upper


def remarks_of(record: AppraisalRecord, unit_code: str) -> tuple[Remark, ...]:
    """Return what should be known of a unit's figures; of all of them where the code is empty."""
    return tuple(
        Remark(
            code=notice.code,
            group_code=notice.group_code or None,
            zh=notice.zh,
            en=notice.en,
        )
        for notice in record.notices
        if notice.unit_code == unit_code
    )


def _groups(
    campaign: Campaign, record: AppraisalRecord, unit_code: str, sources: Sources
) -> tuple[GroupScore, ...]:
    names = {group.code: group.name_zh for group in campaign.groups}
    smallest = scheme_of(campaign).privacy.smallest_cell
    equivalents = {
        told.group_code: _equivalent(
            told.equivalent_n, told.equivalent_lower, told.equivalent_upper
        )
        for told in record.channels
        if told.unit_code == unit_code
    }
    return tuple(
        _group(
            names[figure.group_code],
            figure,
            smallest,
            sources.get((unit_code, figure.group_code)),
            equivalents.get(figure.group_code),
        )
        for figure in record.groups
        if figure.unit_code == unit_code
    )


def _group(
    name: str,
    figure: GroupFigure,
    smallest: int,
    sources: int | None,
    equivalent: EquivalentSample | None,
) -> GroupScore:
    """Return a group's figures; those of too few people are withheld, never rounded away."""
    shown = figure.n >= smallest and figure.score is not None
    used = figure.share > 0
    return GroupScore(
        group_code=figure.group_code,
        name=name,
        status="used" if used else "insufficient" if shown else "withheld",
        score=_decimal(figure.score, 2) if shown else None,
        se=_decimal(figure.se, 2) if shown else None,
        n=figure.n,
        effective_n=_rounded(figure.effective_n, 1),
        awareness_rate=_decimal(figure.awareness_rate, 4) if shown else None,
        method=figure.method,
        share=_rounded(figure.share, 4),
        sources=sources if shown else None,
        equivalent_sample=equivalent if shown else None,
    )


def _decimal(value: float | None, digits: int) -> str | None:
    return None if value is None else _rounded(value, digits)


def _rounded(value: float, digits: int) -> str:
    return format(round_half_up(value, digits=digits), "f")
