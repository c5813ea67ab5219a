"""A county's campaign as its folder states it: plain facts, before any database.

``row`` is where a fact stands in its table, for what is said of it; 0 where it comes from none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from survey.scheme.scheme import Scheme, scheme_in
from survey.scheme.scoring import LAST_SCORE


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """The campaign and its period."""

    campaign_code: str
    title_zh: str
    title_en: str
    organiser_zh: str
    timezone: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """A respondent group and the valid answers it needs per unit."""

    group_code: str
    name_zh: str
    name_en: str
    min_valid: int
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassGroupFacts:
    """Coefficient (percent) and target of a group in a class."""

    class_code: str
    group_code: str
    coefficient: Decimal
    target_valid: int
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """A unit and the items it is asked about, in the order of the answers."""

    unit_code: str
    uscc: str
    name_zh: str
    short_zh: str
    name_en: str
    class_code: str
    area_code: str
    is_vertical: bool
    item_ids: tuple[str, ...]
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipFacts:
    """A township; its population and villages where the folder says."""

    township_code: str
    name_zh: str
    name_en: str
    type_zh: str
    resident_population: int
    n_villages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginFacts:
    """Adults of one category of one variable in one area."""

    area_code: str
    variable: str
    category: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyFolder:
    """Everything a folder says about a campaign, checked.

    ``document``, ``questionnaire`` and ``texts`` are scheme.yaml, questionnaire.json and
    texts.yaml as read; ``scheme`` is the first, typed. ``digests`` holds the SHA-256 of every
    file by name.
    """

    campaign: CampaignFacts
    groups: tuple[GroupFacts, ...]
    class_groups: tuple[ClassGroupFacts, ...]
    units: tuple[UnitFacts, ...]
    townships: tuple[TownshipFacts, ...]
    margins: tuple[MarginFacts, ...]
    questionnaire: dict[str, Any]
    document: dict[str, Any]
    texts: dict[str, Any]
    digests: dict[str, str]

    @property
    def scheme(self) -> Scheme:
        """The scheme's settings."""
        return scheme_in(self.document)


def plain_document(document: dict[str, Any]) -> dict[str, Any]:
    """Return a YAML document as JSON has it: moments as ISO text, keys as text."""
    plain: dict[str, Any] = json.loads(
        json.dumps(document, ensure_ascii=False, default=lambda value: value.isoformat())
    )
    return plain


def with_last_release(
    document: Mapping[str, Any], *, campaign: str, digest: str, scores: Mapping[str, float]
) -> dict[str, Any]:
    """Return a scheme that looks at scores of last time, these, released by a document."""
    scoring = document["scoring"]
    stated = {f"{LAST_SCORE}{unit}": score for unit, score in sorted(scores.items())}
    debiasing = {
        **(scoring.get("debiasing") or {}),
        "borrowing_covariate": "last_release",
        "last_release": {"campaign": campaign, "document": digest, **stated},
    }
    return {**document, "scoring": {**scoring, "debiasing": debiasing}}
