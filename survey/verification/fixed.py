"""What the opening fixes: the plan and all it was made of, against what was said of them then."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.records import FIXED, fixed_digests
from survey.model import Campaign
from survey.problems import Problem
from survey.verification.amendments import AMEND, MAY_CHANGE, whole_digest
from survey.verification.deeds import Deeds
from survey.verification.findings import PARTS, altered


def check_fixed(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Compare plan, scheme, questionnaire, units, groups and margins with the opening's entry.

    The period may have been extended since, and the plan have newer versions: then each part is
    what the newest entry of those says, which must follow one another.
    """
    now = fixed_digests(session, campaign)
    wrong: dict[str, None] = {}
    problems: list[Problem] = []
    if campaign.plan is not None and now["plan"] != campaign.plan_digest:
        wrong["plan"] = None
    if digest_of(campaign.questionnaire.content) != campaign.questionnaire.digest:
        wrong["questionnaire"] = None
    for entry in deeds.of(campaign, "campaign.open"):
        if entry["detail"]["plan_digest"] != campaign.plan_digest:
            wrong["plan"] = None
        then = dict(entry["detail"].get("fixed", {}))
        problems += _followed(then, campaign, deeds)
        wrong |= {part: None for part, digest in then.items() if now.get(part) != digest}
    return [*problems, *(changed(part) for part in wrong)]


def _followed(fixed: dict[str, str], campaign: Campaign, deeds: Deeds) -> Iterator[Problem]:
    """Amend what the opening fixed by each deed on record, and yield deeds that do not follow."""
    if not fixed:
        return
    entries = [entry for action in MAY_CHANGE for entry in deeds.of(campaign, action)]
    version = 1
    for entry in sorted(entries, key=lambda entry: entry["id"]):
        said: Mapping[str, Any] = entry["detail"]
        before = whole_digest(fixed)
        beyond = set(said["fixed"]) - MAY_CHANGE[entry["action"]]
        fixed |= {part: digest for part, digest in said["fixed"].items() if part not in beyond}
        for part in sorted(beyond):
            yield altered(
                part,
                f"操作记录第 {entry['id']} 条改动了开启后不许改的内容",
                f"entry {entry['id']} of the audit changes what nobody may change once it is open",
            )
        if entry["action"] == AMEND:
            version += 1
            digests = (said["before"], said["after"])
            # An opening by an earlier program fixed fewer parts.
            follows = set(fixed) < set(FIXED) or digests == (before, whole_digest(fixed))
            if said["version"] != version or not follows or digests[0] == digests[1]:
                yield _astray(entry, version)
            elif entry["by"] == said["proposed_by"]:
                yield altered(
                    "audit",
                    f"方案第 {version} 版由同一人提请和批准（操作记录第 {entry['id']} 条）",
                    f"version {version} of the plan was proposed and approved by one person "
                    f"(entry {entry['id']} of the audit)",
                )


def _astray(entry: Mapping[str, Any], version: int) -> Problem:
    return altered(
        "plan",
        f"操作记录第 {entry['id']} 条所说的方案版本，不是第 {version} 版，或与前后不衔接",
        f"the version of the plan in entry {entry['id']} of the audit is not version {version}, or "
        "does not follow the one before it",
    )


def changed(part: str) -> Problem:
    """Return that a part is not what the opening fixed."""
    zh, en = PARTS[part]
    return altered(part, f"{zh}在评议开启后被改动", f"the {en} changed after the opening")
