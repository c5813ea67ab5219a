"""The versioned score document: what a release says, composed from one appraisal.

Numbers that are not whole are decimal strings, so that no reader rounds them again.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from survey.model import Appraisal, Campaign, CampaignUnit
from survey.stats.campaign.scoring import round_half_up
from survey.wording import stored_words

KIND = "public-review-scores"
SCHEMA_VERSION = "1.0"

SIMULATED = {
    "zh": "演示数据：全部答卷由程序模拟生成，不得用于实际考核",
    "en": "Demonstration: all answers are simulated; not for use in any real appraisal",
}

_INDICATOR = {"code": "GZPY", "name": "公众评议"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """What a release adds to the figures of its appraisal."""

    number: int
    frozen_at: datetime
    supersedes: str | None
    ledger_size: int
    ledger_root: bytes


def release_code(campaign: Campaign, number: int) -> str:
    """Return the public code of a campaign's release."""
    return f"{campaign.code}-R{number}"


def compose(*, campaign: Campaign, appraisal: Appraisal, freezing: Freezing) -> dict[str, Any]:
    """Return the document of a release, still without its signature."""
    return {
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "simulated": campaign.simulated,
        "notice": SIMULATED if campaign.simulated else None,
        "campaign": _campaign(campaign),
        "release": {
            "id": release_code(campaign, freezing.number),
            "number": freezing.number,
            "frozen_at": freezing.frozen_at.isoformat(timespec="seconds"),
            "supersedes": freezing.supersedes,
            "plan_digest": appraisal.plan_digest,
            "data_digest": appraisal.data_digest,
            "code_version": appraisal.code_version,
            "ledger": {"size": freezing.ledger_size, "root": freezing.ledger_root.hex()},
        },
        "notices": notices_of(appraisal.content, ""),
        "units": units_of(campaign=campaign, content=appraisal.content),
    }


def units_of(*, campaign: Campaign, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the published figures of every unit, in the scheme's order."""
    figures = {figure["unit_code"]: figure for figure in content["units"]}
    return [_unit(campaign, entry, figures[entry.unit.code], content) for entry in campaign.units]


def _campaign(campaign: Campaign) -> dict[str, Any]:
    zone = ZoneInfo(campaign.timezone)
    return {
        "id": campaign.code,
        "title": campaign.title_zh,
        "title_en": campaign.title_en,
        "year": campaign.year,
        "fieldwork": {
            "start": campaign.starts_at.astimezone(zone).isoformat(timespec="seconds"),
            "end": campaign.ends_at.astimezone(zone).isoformat(timespec="seconds"),
        },
        "indicator": campaign.scheme.get("indicator", _INDICATOR),
    }


def _unit(
    campaign: Campaign, entry: CampaignUnit, figure: dict[str, Any], content: dict[str, Any]
) -> dict[str, Any]:
    published = figure["status"] == "published"
    assert campaign.plan is not None
    return {
        "unit_code": entry.unit.code,
        "uscc": entry.unit.uscc,
        "name": entry.unit.name_zh,
        "name_en": entry.unit.name_en,
        "class": figure["class_code"],
        "area_code": entry.unit.area_code,
        "score": figure["score"],
        "lower": _decimal(figure["lower"], 2) if published else None,
        "upper": _decimal(figure["upper"], 2) if published else None,
        "points": figure["points"],
        "full_points": _decimal(campaign.plan["conversion"]["full_points"], 2),
        "class_rank": figure["rank"],
        "rank_range": [figure["rank_lower"], figure["rank_upper"]] if figure["rank"] else None,
        "tier": figure["tier"],
        "grade": figure["grade_zh"] or None,
        "grade_en": figure["grade_en"] or None,
        "n": figure["n"],
        "effective_n": _decimal(figure["effective_n"], 1),
        "group_weight_used": _decimal(figure["group_weight_used"], 1),
        "status": figure["status"],
        "notices": notices_of(content, entry.unit.code),
        "groups": _groups(campaign, content, entry.unit.code),
    }


def notices_of(content: dict[str, Any], unit_code: str) -> list[dict[str, Any]]:
    """Return what should be known of a unit's figures; of all of them where the code is empty."""
    return [
        {
            "code": notice["code"],
            "group_code": notice["group_code"] or None,
            **asdict(stored_words(notice)),
        }
        for notice in content["notices"]
        if notice["unit_code"] == unit_code
    ]


def _groups(campaign: Campaign, content: dict[str, Any], unit_code: str) -> list[dict[str, Any]]:
    names = {group.code: group for group in campaign.groups}
    return [
        _group(names[figure["group_code"]].name_zh, figure, campaign.min_cell)
        for figure in content["groups"]
        if figure["unit_code"] == unit_code
    ]


def _group(name: str, figure: dict[str, Any], smallest: int) -> dict[str, Any]:
    """Return a group's figures; those of too few people are withheld, never rounded away."""
    shown = figure["n"] >= smallest and figure["score"] is not None
    used = figure["share"] > 0
    return {
        "group_code": figure["group_code"],
        "name": name,
        "status": "used" if used else "insufficient" if shown else "withheld",
        "score": _decimal(figure["score"], 2) if shown else None,
        "se": _decimal(figure["se"], 2) if shown else None,
        "n": figure["n"],
        "effective_n": _decimal(figure["effective_n"], 1),
        "awareness_rate": _decimal(figure["awareness_rate"], 4) if shown else None,
        "method": figure["method"],
        "share": _decimal(figure["share"], 4),
    }


def _decimal(value: float | None, digits: int) -> str | None:
    return None if value is None else format(round_half_up(value, digits=digits), "f")
