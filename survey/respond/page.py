"""What a resident is shown: the page with its questions, made once and kept as bytes.

A page differs from the next person's in its form token alone, so everything before and after the
token is rendered once per questionnaire version, unit, language, mode and arrangement.
"""

import re
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from survey.forms import arrangement as arranging
from survey.forms.headings import first_of_each
from survey.forms.questionnaire import QuestionnaireForm, item_name
from survey.forms.relevance_words import ShownItem, in_words
from survey.model import Campaign
from survey.respond.dates import day_of
from survey.respond.door.opening import OpenEntrance
from survey.respond.inline import Inline, inline
from survey.respond.packed import Packed, pack
from survey.respond.presentation import Presentation
from survey.respond.questionnaire import Questionnaire
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import NATIONAL_HOTLINE
from survey.stats.campaign.alone import REPEATED_DEVICE

_TOKEN = "@@token@@"  # noqa: S105 - the place where the token goes
_MOST_KEPT = 2000  # pages, of about 40 KB each
_DONT_KNOW = "0"
_TEXTAREA = re.compile("(<textarea.*?</textarea>)", re.DOTALL)
_INDENT = re.compile(r"\n\s+")


class Pages:
    """The pages one process has made."""

    def __init__(self) -> None:
        self._skeletons: dict[tuple[Any, ...], Packed] = {}
        self._forms: dict[tuple[Any, ...], type[QuestionnaireForm]] = {}
        self._lock = Lock()

    def fresh(self, entrance: OpenEntrance, look: Presentation, arrangement: int) -> Packed:
        """Return the empty page, a gap where the form token goes."""
        asked, key = entrance.questionnaire, _key(entrance, look, arrangement)
        kept = self._skeletons.get(key)
        if kept is None:
            with self._lock:
                form = self.form_class(asked, look.lang)(MultiDict())
                form.response_id.data = _TOKEN
                whole = render(entrance, look, form, arrangement=arrangement)
                kept = pack(whole.encode(), _TOKEN.encode())
                if len(self._skeletons) >= _MOST_KEPT:
                    self._skeletons.clear()
                self._skeletons[key] = kept
        return kept

    def kept(self, entrance: OpenEntrance, look: Presentation, arrangement: int) -> Packed | None:
        """Return the empty page if it was made before."""
        return self._skeletons.get(_key(entrance, look, arrangement))

    def form_class(self, asked: Questionnaire, lang: str) -> type[QuestionnaireForm]:
        """Return the form class of a questionnaire in a language."""
        key = (asked.campaign.id, asked.unit_ids, lang)
        if key not in self._forms:
            self._forms[key] = asked.form_class(lang)
        return self._forms[key]

    def kept_form_class(self, asked: Questionnaire, lang: str) -> type[QuestionnaireForm] | None:
        """Return the same if it was made before: labels are read in the language of a request."""
        return self._forms.get((asked.campaign.id, asked.unit_ids, lang))


def _key(entrance: OpenEntrance, look: Presentation, arrangement: int) -> tuple[Any, ...]:
    asked = entrance.questionnaire
    of = (asked.campaign.id, asked.campaign.ends_at, asked.amended, asked.unit_ids)
    return (*of, _home(entrance), entrance.invited, look, arrangement)


def render(
    entrance: OpenEntrance,
    look: Presentation,
    form: QuestionnaireForm,
    *,
    arrangement: int,
    note: str = "",
    step: str = "",
) -> str:
    """Return the page with a form in it: empty, or filled and with what is wrong."""
    asked = entrance.questionnaire
    home = _home(entrance)
    content = asked.campaign.questionnaire.content
    shown = [] if asked.is_several else _in_order(form, _arranged(form, asked, arrangement))
    page = render_template(
        "respond/page.html",
        **frame(asked, look) | {"inline": _inline(asked)},
        form=form,
        shown=shown,
        only_if=_conditions(form, shown),
        begins=_beginnings(form, shown),
        invited=entrance.invited,
        label=content.get("survey_label", {}),
        intro=_paragraphs(asked, _intro(asked), look.lang),
        privacy=_paragraphs(asked, "privacy", look.lang),
        consent=asked.campaign.notices["consent_buttons"][look.lang],
        home=next((area.name(look.lang) for area in asked.areas if area.position == home), ""),
        last_day=day_of(asked.campaign.ends_at, asked.campaign, look.lang),
        wrong=_faults(form, shown),
        low=_low(form, shown),
        already=_already(asked, look.lang),
        note=note,
        step=step,
        posted=bool(step or note),
    )
    return _unindented(page)


def _unindented(page: str) -> str:
    """Return a page without the indents of its templates; a person's own words stay as they are."""
    parts = _TEXTAREA.split(page)
    return "".join(
        part if part.startswith("<textarea") else _INDENT.sub("\n", part) for part in parts
    )


def _home(entrance: OpenEntrance) -> int:
    """Return the township whose residents the page asks for, 0 where several units are rated."""
    asked = entrance.questionnaire
    return 0 if asked.is_several else asked.home_for(asked.units[0], entrance.group_code)


def _arranged(form: QuestionnaireForm, asked: Questionnaire, arrangement: int) -> list[Any]:
    """Return the scored items' fields as they are shown, their scale turned round or not."""
    varied, made = scheme_of(asked.campaign).questionnaire, asked.campaign.questionnaire
    order = arranging.ordered(form.item_ids, arrangement, varied=varied, seed=made.digest)
    fields = [form[item_name(item_id)] for item_id in order]
    if arranging.is_turned(arrangement):
        for field in fields:
            values = arranging.turned_round(list(field.choices), _DONT_KNOW)
            field.choices = {value: field.choices[value] for value in values}
    return fields


def _conditions(form: QuestionnaireForm, shown: list[Any]) -> dict[str, str]:
    """Return for whoever reads the page without script when a local item is to be answered."""
    known = {
        _item_id(field): ShownItem(number=number, options=getattr(field, "choices", {}))
        for number, field in enumerate(shown, start=1)
    }
    local = [field for field in form.local_fields() if field.item.relevant]
    return {field.name: in_words(field.item.relevant, known) for field in local}


def _beginnings(form: QuestionnaireForm, shown: list[Any]) -> set[str]:
    """Return the items under whose number a heading is read first, one after another."""
    if form.is_several:
        return first_of_each(form.item_ids, form.headings)
    return first_of_each([_item_id(field) for field in shown], form.headings)


def _item_id(field: Any) -> str:
    return str(field.name).partition("_")[2]


def _in_order(form: QuestionnaireForm, items: list[Any]) -> list[Any]:
    """Return scored items and others in the order in which they are asked."""
    local = form.local_fields()
    first = [field for field in local if field.item.first]
    return [*first, *items, *local[len(first) :]]


def _faults(form: QuestionnaireForm, shown: list[Any]) -> list[tuple[str, str]]:
    """Return the name of each field at fault with what to do about it, as the page shows them."""
    places = _places(form, shown)
    at_fault = [f for f in [*shown, *(f for f in form if f not in shown)] if f.errors]
    return [(field.name, _fault(field, places.get(field.name, ""))) for field in at_fault]


def _low(form: QuestionnaireForm, shown: list[Any]) -> str:
    """Return the numbers of the items answered low, as the page counts them."""
    low = form.low_items()
    numbers = [str(number) for number, field in enumerate(shown, start=1) if field in low]
    return str(_("、")).join(numbers)


def _fault(field: Any, place: str) -> str:
    if not place:
        place = field.label.text.rstrip("？?")
    elif not field.data:
        if hasattr(field, "choices"):
            return str(_("%(place)s没有选，请选一项", place=place))
        return str(_("%(place)s没有填，请填写", place=place))
    return str(_("%(place)s：%(fault)s", place=place, fault=field.errors[0]))


def _places(form: QuestionnaireForm, shown: list[Any]) -> dict[str, str]:
    """Return by which words the page's reader finds each question that has a number."""
    if form.is_several:
        return {
            field.name: _("%(unit)s第%(number)s题", unit=unit.short_name, number=number)
            for number, question in enumerate(form.questions(), start=1)
            for unit, field in question.rows
        }
    return {field.name: _("第%(number)s题", number=n) for n, field in enumerate(shown, start=1)}


def policy(asked: Questionnaire) -> str:
    """Return which scripts the browser may run on a page with questions."""
    return _inline(asked).policy


def _inline(asked: Questionnaire) -> Inline:
    return inline(asks=True, more=asked.asks_more, several=asked.is_several)


def frame(
    asked: Questionnaire | None, look: Presentation, *, campaign: Campaign | None = None
) -> dict[str, Any]:
    """Return what every resident's page shows around its content; a receipt has no unit."""
    of = asked.campaign if asked else campaign
    return {
        "look": look,
        "inline": inline(),
        "title": of.title(look.lang) if of else "",
        "unit_name": asked.name(look.lang) if asked else "",
        "simulated": bool(of and of.simulated),
        "hotline": scheme_of(of).hotline if of else NATIONAL_HOTLINE,
    }


def notice(asked: Questionnaire, name: str, lang: str) -> str:
    """Return a short text of notices.yaml."""
    return _filled(asked, asked.campaign.notices[name][lang], lang)


def not_eligible(asked: Questionnaire, lang: str, *, young: bool) -> str:
    """Return what those are told who may not take part, too young or for another reason."""
    if young:
        return notice(asked, "under18", lang)
    if "not_eligible" in asked.campaign.notices:
        return notice(asked, "not_eligible", lang)
    return str(_("按本次评议的规定，您不在参评范围内，您的选择不计入结果。"))


def _intro(asked: Questionnaire) -> str:
    """Return which notice opens the page: a sitting takes longer, where the county says so."""
    own = asked.is_several and "intro_sitting" in asked.campaign.notices
    return "intro_sitting" if own else "intro"


def _already(asked: Questionnaire, lang: str) -> Mapping[str, Any] | None:
    """Return what whoever takes over a telephone is told that has answered for the unit.

    The telephone itself knows; nobody is asked. Nothing is told where a second answer counts.
    """
    if asked.is_several or REPEATED_DEVICE not in asked.alone.excluding:
        return None
    own = "already" in asked.campaign.notices
    first = notice(asked, "already", lang) if own else str(_("这台手机已经评价过该单位。"))
    counts = _("别人请换一台手机扫码或用评议码：第二份不计分。")
    unit = f"{asked.campaign.id}/{asked.units[0].unit.code}"
    return {"unit": unit, "words": f"{first.strip()} {counts}"}


def _paragraphs(asked: Questionnaire, name: str, lang: str) -> Iterable[str]:
    return [line for line in notice(asked, name, lang).splitlines() if line.strip()]


def _filled(asked: Questionnaire, text: str, lang: str) -> str:
    values = {
        "{unit}": asked.name(lang),
        "{hotline}": scheme_of(asked.campaign).hotline,
        "{contact}": scheme_of(asked.campaign).office_phone,
        "{end}": day_of(asked.campaign.answers_until, asked.campaign, lang),
    }
    for place, value in values.items():
        text = text.replace(place, value)
    return text
