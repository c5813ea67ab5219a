"""The resident's page of a draft, as it will look, for whoever words the items."""

import re

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from survey.model import Campaign, CampaignUnit
from survey.respond import page
from survey.respond.door.opening import OpenEntrance
from survey.respond.presentation import Presentation
from survey.respond.questionnaire import read_questionnaire
from survey.scheme.planning import build_plan
from survey.scheme.stored import stored_folder

_SCRIPTS = re.compile(r"(?:script|connect|worker)-src [^;]*; ")


def units_shown(campaign: Campaign) -> list[CampaignUnit]:
    """Return a unit of each class: all of a class are asked alike, but for items of their own."""
    first = {entry.class_code: entry for entry in reversed(campaign.units)}
    return [entry for entry in campaign.units if first[entry.class_code] is entry]


def resident_page(
    session: Session, *, campaign: Campaign, unit: CampaignUnit, lang: str
) -> tuple[str, str]:
    """Return the page of a unit's poster, empty, and its policy."""
    asked = read_questionnaire(
        session,
        campaign_id=campaign.id,
        unit_ids=[unit.unit_id],
        plan=build_plan(stored_folder(session, campaign)),
    )
    entrance = OpenEntrance(
        entrance_id=0,
        invited=False,
        group_code=campaign.groups[0].code,
        channel="",
        questionnaire=asked,
    )
    form = asked.form_class(lang)(MultiDict())
    look = Presentation(lang=lang, mode="normal")
    return page.render(entrance, look, form, arrangement=0), policy(page.policy(asked))


def policy(shown: str) -> str:
    """Return what the browser may do with such a page: show it, also in a frame of ours.

    ``shown`` is the policy of the page when residents have it; here it runs and sends nothing.
    """
    shown = _SCRIPTS.sub("", shown).replace("form-action 'self'", "form-action 'none'")
    return shown.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
