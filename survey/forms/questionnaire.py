"""A questionnaire as a Flask-WTF form: the class is the definition of a valid sheet.

It is about one unit or several. Of several, a unit is rated if any of its items is answered; then
all must be. Where the page's script is at work the person first ticks the units to rate (`rate`),
and what is not ticked is not rated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField

from survey.forms import local_items, messages
from survey.forms.fields import ChoiceField, CommentField, ListField, SeveralField
from survey.forms.headings import headings_of
from survey.forms.local_items import LocalItem, local_field
from survey.forms.relevance import holds
from survey.forms.sheet import Rated, Sheet, Source
from survey.stats.campaign.ages import counts

NOT_LOCAL = "not_local"
REASONS_SHOWN = "asked"  # sent by a page on which the reasons can be seen
NOT_ANSWERS = frozenset({"lang", "mode", "step", "do", REASONS_SHOWN})
MOST_UNITS = 30  # so that page and answer stay within what a slow line and the server take
# Time a further unit takes, of the time the first one takes: its questions have been read.
FURTHER_UNIT = 0.4
LONGEST_COMMENT = 2000  # what the comment table keeps
_LONGEST_OF_SEVERAL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FormUnit:
    """A unit as the form needs it; `local` are the unscored items asked about it."""

    code: str
    name: str
    short_name: str
    item_ids: tuple[str, ...]
    local: tuple[LocalItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A scored item with the field of every unit that has it."""

    item_id: str
    text: str
    hint: str
    rows: tuple[tuple[FormUnit, Field], ...]


class QuestionnaireForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """What every questionnaire's form shares; `build_form` adds units and questions."""

    class Meta:
        csrf = False  # a signed form token stands for it, which needs no cookie

    units: ClassVar[tuple[FormUnit, ...]] = ()
    texts: ClassVar[Mapping[str, str]] = {}
    hints: ClassVar[Mapping[str, str]] = {}
    headings: ClassVar[Mapping[str, str]] = {}
    local_names: ClassVar[tuple[str, ...]] = ()
    area_places: ClassVar[Mapping[str, int]] = {}
    answer_names: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    low_answers: ClassVar[tuple[str, ...]] = ()

    response_id = HiddenField()
    device = HiddenField()

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The scored items in the questionnaire's order."""
        return tuple(self.texts)

    @property
    def is_several(self) -> bool:
        """Whether more than one unit may be rated."""
        return len(self.units) > 1

    def questions(self) -> list[Question]:
        """Return the scored items in their order, each with its units."""
        return [
            Question(
                item_id=item_id,
                text=text,
                hint=self.hints.get(item_id, ""),
                rows=tuple(
                    (unit, self[self.row_name(item_id, unit)])
                    for unit in self.units
                    if item_id in unit.item_ids
                ),
            )
            for item_id, text in self.texts.items()
        ]

    def item_fields(self) -> list[Field]:
        """Return the field of every scored item about every unit."""
        return [field for question in self.questions() for _unit, field in question.rows]

    def answers_of(self, unit: FormUnit) -> list[Field]:
        """Return a unit's scored items in the order of its answers."""
        return [self._fields[name] for name in self.answer_names[unit.code]]

    def comments(self) -> list[tuple[FormUnit, Field]]:
        """Return the field of each unit for a person's own words, if any are asked for."""
        names = ((unit, self.comment_name(unit)) for unit in self.units)
        return [(unit, self[name]) for unit, name in names if name in self]

    def is_low(self, unit: FormUnit) -> bool:
        """Tell whether any item was answered 不满意 or worse, so that reasons are asked."""
        return any(field.data in self.low_answers for field in self.answers_of(unit))

    def low_items(self) -> list[Field]:
        """Return the items answered 不满意 or worse, where reasons are asked for."""
        if "reasons" not in self:
            return []
        return [field for field in self.item_fields() if field.data in self.low_answers]

    def local_fields(self) -> list[Any]:
        """Return the unscored items in the questionnaire's order."""
        return [self[name] for name in self.local_names]

    def is_asked(self, name: str) -> bool:
        """Tell whether an unscored item is asked, as far as the answers given decide it."""
        return name not in self._skipped

    @cached_property
    def _skipped(self) -> set[str]:
        """Names of questions left out; what is left out counts as empty for those after it."""
        given = {
            question.item_id: field.data or ""
            for question in self.questions()
            for _unit, field in question.rows
        }
        skipped = set()
        for field in self.local_fields():
            if field.item.relevant and not holds(field.item.relevant, given):
                skipped.add(field.name)
            else:
                given[field.item.item_id] = field.given()
        return skipped

    def rated(self) -> list[FormUnit]:
        """Return the units that are rated: a single one, those ticked, else those with answers."""
        if not self.is_several:
            return list(self.units)
        ticked = set(self.rate.data or ())
        if ticked:
            return [unit for unit in self.units if unit.code in ticked]
        return [unit for unit in self.units if any(field.data for field in self.answers_of(unit))]

    def who_may_not(self) -> str:
        """Return the name of the field by which somebody may not take part, '' where he may."""
        if self.age.data in self.age.choices and not counts(self.age.data):
            return "age"
        asked = (f for f in self.local_fields() if f.item.barring and self.is_asked(f.name))
        return next((field.name for field in asked if field.data in field.item.barring), "")

    def unknown_names(self, given: Mapping[str, Any]) -> list[str]:
        """Return the names sent that this questionnaire does not have."""
        return sorted(set(given) - set(self._fields) - NOT_ANSWERS)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that each unit rated is rated in full."""
        fine = bool(super().validate(extra_validators))
        rated = self.rated()
        if not rated and not self.rate.errors:
            self.rate.errors = [str(messages.RATE_ONE)]
        missing = [
            field
            for unit in rated
            for field in self.answers_of(unit)
            if not field.data and not field.errors
        ]
        for field in missing:
            field.errors = [str(messages.CHOOSE_ONE)]
        idle = [
            field
            for unit, field in self.comments()
            if field.data and unit not in rated and not self.rate.data
        ]
        for field in idle:
            field.errors = [str(messages.RATE_BEFORE_COMMENT)]
        return fine and bool(rated) and not missing and not idle

    def read(self, source: Source) -> Sheet:
        """Return what a valid form says.

        The time is given to each unit as the time that unit alone would have taken, so that the
        rule against answers too fast to be read means the same everywhere.
        """
        rated = self.rated()
        return Sheet(
            source=source,
            age=list(self.age.choices).index(self.age.data),
            sex=list(self.sex.choices).index(self.sex.data),
            residence=list(self.residence.choices).index(self.residence.data),
            area=self.area_places.get(self.area.data, 0),
            duration_ms=time_of_one(source.taken_ms, of=len(rated)),
            rated=tuple(self._read_unit(unit) for unit in rated),
        )

    def _read_unit(self, unit: FormUnit) -> Rated:
        reasons = self.reasons.data if "reasons" in self and self.is_low(unit) else ()
        name = self.comment_name(unit)
        local = [field for field in self.local_fields() if self.is_asked(field.name)]
        return Rated(
            unit_code=unit.code,
            answers="".join(field.data for field in self.answers_of(unit)),
            own_staff=self.own_staff.data in {True, unit.code},
            reasons=tuple(sorted(set(reasons or ()))),
            comment=(self[name].data or "") if name in self else "",
            local_answers=local_items.closed_answers(local),
            local_texts=local_items.texts(local),
        )

    @classmethod
    def row_name(cls, item_id: str, unit: FormUnit) -> str:
        """Return the field name of an item about a unit."""
        return item_name(item_id) + _of(unit, cls.units)

    @classmethod
    def comment_name(cls, unit: FormUnit) -> str:
        """Return the field name of the words about a unit."""
        return "comment" + _of(unit, cls.units)


def time_of_one(taken_ms: int | None, *, of: int) -> int | None:
    """Return the time that the first of so many units alone would have taken, if it is known."""
    return None if taken_ms is None else round(taken_ms / (1 + FURTHER_UNIT * (of - 1)))


def item_name(item_id: str) -> str:
    """Return the field name of an item where a single unit is rated."""
    return f"q_{item_id}"


def _of(unit: FormUnit, units: Sequence[FormUnit]) -> str:
    return f".{unit.code}" if len(units) > 1 else ""


def build_form(
    content: Mapping[str, Any],
    *,
    units: Sequence[FormUnit],
    areas: Sequence[tuple[str, str]],
    lang: str,
) -> type[QuestionnaireForm]:
    """Return the form of a questionnaire about one unit or several in one language.

    `areas` are code and name of the townships in their order; the person who lives in none of
    them may say so. About several units neither reasons nor unscored items are asked. Labels are
    read in the language that is current, which must be the same.
    """
    several = len(units) > 1
    together = str(messages.THESE_UNITS) if several else units[0].name
    own = content.get("sitting_items") or {} if several else {}
    texts = {item["id"]: own.get(item["id"], item)[lang] for item in content["scored_items"]}
    texts = {item_id: texts[item_id] for item_id in _order(content, units)}
    fields: dict[str, Any] = {
        "units": tuple(units),
        "texts": {item_id: text.replace("{unit}", together) for item_id, text in texts.items()},
        "hints": {
            item["id"]: item["hint"][lang].replace("{unit}", together)
            for item in content["scored_items"]
            if item.get("hint")
        },
        "headings": headings_of(content, lang, unit=together),
        "area_places": {code: place for place, (code, _name) in enumerate(areas, start=1)},
        "answer_names": {
            unit.code: tuple(item_name(item_id) + _of(unit, units) for item_id in unit.item_ids)
            for unit in units
        },
        "low_answers": low_answers(content["scale"]),
    }
    if several:
        fields["rate"] = _units_to_rate(units)
    fields.update(_item_fields(content, units, texts, fields["hints"], lang))
    if not several:
        fields.update(_further_fields(content, units[0], lang))
    fields.update(_comment_fields(content, units, lang))
    fields.update(_profile_fields(content["profile"], areas, lang))
    fields["own_staff"] = _own_staff(units)
    return type("UnitsQuestionnaireForm", (QuestionnaireForm,), fields)


def low_answers(scale: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the answers less than half way from the worst to the best: 不满意 and below."""
    points = {str(each["value"]): each["points"] for each in scale if each["points"] is not None}
    middle = (min(points.values()) + max(points.values())) / 2
    return tuple(value for value, given in points.items() if given < middle)


def _order(content: Mapping[str, Any], units: Sequence[FormUnit]) -> Sequence[str]:
    """Return in which order items are asked: a single unit's own, else the questionnaire's."""
    if len(units) == 1:
        return units[0].item_ids
    asked = {item_id for unit in units for item_id in unit.item_ids}
    return [item["id"] for item in content["scored_items"] if item["id"] in asked]


def _units_to_rate(units: Sequence[FormUnit]) -> SeveralField:
    listed = {unit.code: unit.name for unit in units}
    return SeveralField(str(messages.UNITS_TO_RATE), choices=listed, at_most=len(listed))


def _item_fields(
    content: Mapping[str, Any],
    units: Sequence[FormUnit],
    texts: Mapping[str, str],
    hints: Mapping[str, str],
    lang: str,
) -> dict[str, ChoiceField]:
    """Return the scored items; of several units nobody need rate each."""
    scale = {str(level["value"]): level[lang] for level in content["scale"]}
    several = len(units) > 1
    return {
        item_name(item_id) + _of(unit, units): ChoiceField(
            texts[item_id].replace("{unit}", unit.short_name if several else unit.name),
            choices=scale,
            required=not several,
            description=hints.get(item_id, ""),
        )
        for unit in units
        for item_id in unit.item_ids
    }


def _further_fields(content: Mapping[str, Any], unit: FormUnit, lang: str) -> dict[str, Any]:
    """Return the unscored items about a unit, and the reasons for a low answer."""
    fields: dict[str, Any] = {
        item.name: local_field(item, unit_name=unit.name, lang=lang) for item in unit.local
    }
    fields["local_names"] = tuple(item.name for item in unit.local)
    for entry in content.get("conditional", ())[:1]:
        choices = {option["value"]: option[lang] for option in entry["options"]}
        fields["reasons"] = SeveralField(entry[lang], choices=choices, at_most=entry["max"])
    return fields


def _comment_fields(
    content: Mapping[str, Any], units: Sequence[FormUnit], lang: str
) -> dict[str, CommentField]:
    comment = content.get("open_comment")
    if not comment:
        return {}
    if len(units) > 1:
        return {
            "comment" + _of(unit, units): CommentField(unit.name, at_most=_LONGEST_OF_SEVERAL)
            for unit in units
        }
    longest = min(comment["max_chars"], LONGEST_COMMENT)
    return {"comment": CommentField(comment[lang], at_most=longest)}


def _profile_fields(
    profile: Sequence[Mapping[str, Any]], areas: Sequence[tuple[str, str]], lang: str
) -> dict[str, Any]:
    """Return the questions about the person, the same whatever is rated."""
    age, sex, area, residence = profile
    elsewhere = {NOT_LOCAL: str(messages.NOT_LOCAL)}
    listed = {"": str(messages.PLEASE_CHOOSE), **dict(areas), **elsewhere}
    return {
        "age": ChoiceField(age[lang], choices=_options(age)),
        "sex": ChoiceField(sex[lang], choices=_options(sex)),
        "area": ListField(area[lang], choices=listed),
        "residence": ChoiceField(residence[lang], choices=_options(residence)),
    }


def _own_staff(units: Sequence[FormUnit]) -> Field:
    """Return the question whether the person works for a unit rated."""
    if len(units) == 1:
        return BooleanField(str(messages.OWN_STAFF))
    nowhere = {"": str(messages.NONE_OF_THEM)}
    listed = {unit.code: unit.name for unit in units}
    return ListField(str(messages.OWN_UNIT), choices={**nowhere, **listed}, required=False)


def _options(question: Mapping[str, Any]) -> dict[str, str]:
    return {value: messages.option(value) for value in question["options"]}
