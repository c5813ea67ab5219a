"""What the opening fixes: the plan and all it was made of, against what was said of them then."""

from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.records import fixed_digests
from survey.model import Campaign
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import PARTS, altered


def check_fixed(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Compare plan, scheme, questionnaire, units, groups and margins with the opening's entry."""
    now = fixed_digests(session, campaign)
    wrong: dict[str, None] = {}
    if campaign.plan is not None and now["plan"] != campaign.plan_digest:
        wrong["plan"] = None
    if digest_of(campaign.questionnaire.content) != campaign.questionnaire.digest:
        wrong["questionnaire"] = None
    for entry in deeds.of(campaign, "campaign.open"):
        if entry["detail"]["plan_digest"] != campaign.plan_digest:
            wrong["plan"] = None
        then = entry["detail"].get("fixed", {})
        wrong |= {part: None for part, digest in then.items() if now.get(part) != digest}
    return [changed(part) for part in wrong]


def changed(part: str) -> Problem:
    """Return that a part is not what the opening fixed."""
    zh, en = PARTS[part]
    return altered(part, f"{zh}在评议开启后被改动", f"the {en} changed after the opening")
