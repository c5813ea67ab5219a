"""What the opening fixes: the plan and all it was made of, against what was said of them then."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.records import fixed_digests
from survey.model import Campaign
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import PARTS, altered


def check_fixed(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Compare plan, scheme, questionnaire, units, groups and margins with the opening's entry.

    The period may have been extended since: then it is what the newest entry of that says.
    """
    now = fixed_digests(session, campaign)
    wrong: dict[str, None] = {}
    if campaign.plan is not None and now["plan"] != campaign.plan_digest:
        wrong["plan"] = None
    if digest_of(campaign.questionnaire.content) != campaign.questionnaire.digest:
        wrong["questionnaire"] = None
    for entry in deeds.of(campaign, "campaign.open"):
        if entry["detail"]["plan_digest"] != campaign.plan_digest:
            wrong["plan"] = None
        then = _amended(entry["detail"].get("fixed", {}), campaign, deeds)
        wrong |= {part: None for part, digest in then.items() if now.get(part) != digest}
    return [changed(part) for part in wrong]


def _amended(fixed: Mapping[str, str], campaign: Campaign, deeds: Deeds) -> Mapping[str, str]:
    """Return what the opening fixed with the period as it was last extended on record."""
    extended = [entry["detail"]["fixed"] for entry in deeds.of(campaign, "campaign.extend")]
    if not fixed or not extended:
        return fixed
    return {**fixed, "campaign": extended[-1]["campaign"]}


def changed(part: str) -> Problem:
    """Return that a part is not what the opening fixed."""
    zh, en = PARTS[part]
    return altered(part, f"{zh}在评议开启后被改动", f"the {en} changed after the opening")
