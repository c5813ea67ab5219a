"""Which units a one-time code lets its holder rate: one, some by their codes, or all of a class."""

from sqlalchemy.orm import Session

from survey.fieldwork.entrances import is_asked, require_unit
from survey.forms.questionnaire import MOST_UNITS
from survey.model import Campaign, CampaignUnit
from survey.problems import Problem, Refused


def chosen_units(
    session: Session,
    *,
    campaign: Campaign,
    unit_code: str,
    unit_codes: str,
    class_code: str,
    group_code: str,
) -> list[CampaignUnit]:
    """Return the units chosen in one of three ways, in the scheme's order.

    `unit_codes` are codes with commas between; of a class, the units that the scheme asks the
    group about. Raises Refused for a unit unknown, and for several that are fewer than 2.
    """
    if unit_code:
        return [require_unit(session, campaign=campaign, unit_code=unit_code)]
    if unit_codes:
        found = named_units(session, campaign, unit_codes)
    else:
        found = _units_of_class(session, campaign, class_code, group_code)
    if len(found) < 2:
        raise Refused([wrong_number(len(found))])
    return found


def wrong_number(n: int) -> Problem:
    """Return what is wrong with so many units for one code."""
    return Problem(
        field="units",
        zh=f"一个评议码可评2至{MOST_UNITS}个单位，这里有{n}个；只评一个单位，请直接选择该单位",
        en=f"one code may cover 2 to {MOST_UNITS} units, not {n}; for a single one, choose that "
        "unit alone",
    )


def named_units(session: Session, campaign: Campaign, codes: str) -> list[CampaignUnit]:
    """Return units by their codes with commas between, in the scheme's order."""
    parts = (code.strip() for code in codes.replace("，", ",").split(","))
    wanted = dict.fromkeys(code for code in parts if code)
    found = [require_unit(session, campaign=campaign, unit_code=code) for code in wanted]
    return sorted(found, key=lambda taking_part: taking_part.position)


def _units_of_class(
    session: Session, campaign: Campaign, class_code: str, group_code: str
) -> list[CampaignUnit]:
    found = [
        taking_part
        for taking_part in campaign.units
        if taking_part.class_code == class_code
        and is_asked(session, campaign, class_code, group_code)
    ]
    if not found:
        raise Refused.of(
            field="class",
            zh=f"方案中没有由“{group_code}”评议的 {class_code} 类单位",
            en=f"the scheme asks group {group_code!r} about no unit of class {class_code!r}",
        )
    return found
