"""The plan in figures: for each class, who is asked, how much it counts, how many are wanted."""

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, GroupCoefficient, RespondentGroup
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scoring_rules import corrections_of
from survey.stats.campaign.corrections import Corrections
from survey.stats.campaign.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassColumn:
    """One class: its name, its number of units and its targets by group."""

    class_code: str
    name_zh: str
    name_en: str
    n_units: int
    coefficients: dict[str, Decimal]
    targets: dict[str, int]

    def name(self, lang: str) -> str:
        """Return the class's name in a language."""
        return self.name_en if lang == "en" else self.name_zh

    @property
    def target(self) -> int:
        """Planned answers of the class's units together."""
        return self.n_units * sum(self.targets.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """All classes and groups, and how the answers will be corrected."""

    classes: tuple[ClassColumn, ...]
    groups: tuple[RespondentGroup, ...]
    corrections: Corrections

    @property
    def n_units(self) -> int:
        """Units in all classes."""
        return sum(column.n_units for column in self.classes)

    @property
    def target(self) -> int:
        """Planned answers in all."""
        return sum(column.target for column in self.classes)


def summarise_plan(session: Session, *, campaign: Campaign) -> PlanSummary:
    """Return what the campaign plans, as loaded; frozen once it is open."""
    rows = session.scalars(
        sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
    ).all()
    classes = tuple(
        ClassColumn(
            class_code=class_code,
            name_zh=entry.zh,
            name_en=entry.en,
            n_units=sum(unit.class_code == class_code for unit in campaign.units),
            coefficients={
                row.group_code: row.coefficient for row in rows if row.class_code == class_code
            },
            targets={
                row.group_code: row.target_valid for row in rows if row.class_code == class_code
            },
        )
        for class_code, entry in scheme_of(campaign).classes.items()
    )
    return PlanSummary(
        classes=classes, groups=tuple(campaign.groups), corrections=_corrections(campaign)
    )


def _corrections(campaign: Campaign) -> Corrections:
    if campaign.plan is not None:
        return Plan.from_dict(campaign.plan)
    return corrections_of(scheme_of(campaign).scoring.debiasing)
