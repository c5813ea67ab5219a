"""The questionnaires about several units that one person rates in one sitting."""

from dataclasses import dataclass

from flask_babel import gettext as _

from survey.forms.sitting import FormUnit, SittingForm, build_sitting_form
from survey.model import Area, Campaign
from survey.respond.unit_questionnaire import UnitQuestionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingQuestionnaire:
    """What is asked about each unit covered, in the scheme's order; there is at least one."""

    units: tuple[UnitQuestionnaire, ...]

    @property
    def campaign(self) -> Campaign:
        """The campaign all of them belong to."""
        return self.units[0].campaign

    @property
    def areas(self) -> tuple[Area, ...]:
        """The townships a person may live in."""
        return self.units[0].areas

    def name(self, _lang: str) -> str:
        """Return what is rated, for headings and notices, in the language that is current."""
        return str(_("%(n)s个单位", n=len(self.units)))


def sitting_form(sitting: SittingQuestionnaire, lang: str) -> type[SittingForm]:
    """Return the form class of a sitting in the language that is current."""
    return build_sitting_form(
        sitting.campaign.questionnaire.content,
        units=[
            FormUnit(
                code=asked.unit.code,
                name=asked.unit.name(lang),
                short_name=asked.unit.name_en if lang == "en" else asked.unit.short_zh,
                item_ids=asked.item_ids,
            )
            for asked in sitting.units
        ],
        together=_("下列各单位"),
        areas=[(area.code, area.name(lang)) for area in sitting.areas],
        lang=lang,
    )
