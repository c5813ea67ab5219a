"""What documents say of all units together: names, rules and what they met, how sure."""

from decimal import Decimal

from survey.appraisal.record import AppraisalRecord
from survey.appraisal.record.reported import (
    ClassReported,
    GroupReported,
    ItemReported,
    Reported,
    RuleReported,
)
from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of


def reported(campaign: Campaign, record: AppraisalRecord) -> Reported:
    """Return what the documents of a release say of all its units together."""
    scheme, verdicts = scheme_of(campaign), record.responses.by_verdict
    taking_part = {entry.class_code for entry in campaign.units}
    fewest = {group.group_code: group.min_valid for group in record.plan.groups}
    return Reported(
        organiser=campaign.organiser_zh,
        confidence=_decimal(record.plan.confidence),
        error_rate=_decimal(record.plan.decisions.error_rate),
        smallest_cell=scheme.privacy.smallest_cell,
        returned=record.responses.returned,
        valid=record.responses.valid,
        flagged=verdicts.flag,
        quarantined=verdicts.quarantine,
        excluded=verdicts.exclude,
        organised=len(record.cases),
        classes=tuple(
            ClassReported(code=code, name=names.name("zh"), name_en=names.name("en"))
            for code, names in scheme.classes.items()
            if code in taking_part
        ),
        groups=tuple(
            GroupReported(
                group_code=group.code,
                name=group.name_zh,
                name_en=group.name_en,
                min_valid=fewest[group.code],
            )
            for group in campaign.groups
        ),
        rules=_rules(campaign, record),
        items=_items(campaign),
    )


def _rules(campaign: Campaign, record: AppraisalRecord) -> tuple[RuleReported, ...]:
    scheme = scheme_of(campaign)
    smallest = scheme.privacy.smallest_cell
    names = {rule.rule_id: rule for rule in scheme.validity_rules}
    actions = {rule.rule_id: rule.action for rule in record.plan.screening.rules}
    return tuple(
        RuleReported(
            rule_id=rule_id,
            name=names[rule_id].name("zh"),
            name_en=names[rule_id].name("en"),
            action=actions[rule_id],
            n=None if 0 < hits < smallest else hits,
        )
        for rule_id, hits in record.responses.by_rule.items()
    )


def _items(campaign: Campaign) -> tuple[ItemReported, ...]:
    return tuple(
        ItemReported(item_id=item["id"], words=str(item["zh"]), words_en=str(item["en"]))
        for item in campaign.questionnaire.content["scored_items"]
    )


def _decimal(value: float) -> str:
    return format(Decimal(str(value)), "f")
