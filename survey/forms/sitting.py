"""Several units in one sitting as a Flask-WTF form: every item asked about every unit that has it.

A unit is rated if any of its items is answered; then all must be. Where the page's script is at
work the person first ticks the units to rate (`rate`), and what is not ticked is not rated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from survey.forms import messages
from survey.forms.fields import CommentField, ListField, SeveralField
from survey.forms.questionnaire import NOT_ANSWERS, item_name, profile_fields

MOST_UNITS = 30  # so that page and answer stay within what a slow line and the server take
LONGEST_COMMENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FormUnit:
    """A unit as the form needs it."""

    code: str
    name: str
    short_name: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An item with the row of every unit that has it."""

    item_id: str
    text: str
    rows: tuple[tuple[FormUnit, Field], ...]


class RowField(RadioField):
    """One answer about one unit, or none."""

    def pre_validate(self, _form: BaseForm) -> None:
        given = [value for value in self.raw_data or [] if value]
        if given != [self.data or ""][: len(given)] or not set(given) <= set(self.choices or ()):
            raise StopValidation(str(messages.NOT_A_CHOICE))


class OwnUnitField(ListField):
    """The unit a person works for, empty for none of them."""

    def pre_validate(self, form: BaseForm) -> None:
        if any(self.raw_data or []):
            super().pre_validate(form)


class SittingForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """What every sitting's form shares; `build_sitting_form` adds units and questions."""

    class Meta:
        csrf = False  # a signed form token stands for it, which needs no cookie

    units: ClassVar[tuple[FormUnit, ...]] = ()
    item_ids: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[Mapping[str, str]] = {}
    local_names: ClassVar[tuple[str, ...]] = ()

    response_id = HiddenField()
    device = HiddenField()

    def questions(self) -> list[Question]:
        """Return the items in their order, each with its units."""
        return [
            Question(
                item_id=item_id,
                text=self.texts[item_id],
                rows=tuple(
                    (unit, self[row_name(item_id, unit.code)])
                    for unit in self.units
                    if item_id in unit.item_ids
                ),
            )
            for item_id in self.item_ids
        ]

    def item_fields(self) -> list[Field]:
        """Return every row."""
        return [field for question in self.questions() for _unit, field in question.rows]

    def local_fields(self) -> list[Any]:
        """Return no unscored items: a sitting is long enough."""
        return []

    def comments(self) -> list[tuple[FormUnit, Field]]:
        """Return the field of each unit for a person's own words, if any are asked for."""
        names = ((unit, comment_name(unit.code)) for unit in self.units)
        return [(unit, self[name]) for unit, name in names if name in self]

    def answers_of(self, unit: FormUnit) -> list[Field]:
        """Return a unit's rows in the order of its items."""
        return [self[row_name(item_id, unit.code)] for item_id in unit.item_ids]

    def rated(self) -> list[FormUnit]:
        """Return the units that are rated: those ticked, else those with any answer."""
        ticked = set(self.rate.data or ())
        if ticked:
            return [unit for unit in self.units if unit.code in ticked]
        return [unit for unit in self.units if any(field.data for field in self.answers_of(unit))]

    def unknown_names(self, given: Mapping[str, Any]) -> list[str]:
        """Return the names sent that this sitting does not have."""
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


def row_name(item_id: str, unit_code: str) -> str:
    """Return the field name of an item about a unit."""
    return f"{item_name(item_id)}.{unit_code}"


def comment_name(unit_code: str) -> str:
    """Return the field name of the words about a unit."""
    return f"comment.{unit_code}"


def build_sitting_form(
    content: Mapping[str, Any],
    *,
    units: Sequence[FormUnit],
    together: str,
    areas: Sequence[tuple[str, str]],
    lang: str,
) -> type[SittingForm]:
    """Return the form of a questionnaire about several units in one language.

    `together` stands for the units in the text of an item. Labels are read in the language that
    is current, which must be the same.
    """
    scale = {str(level["value"]): level[lang] for level in content["scale"]}
    asked = {item_id for unit in units for item_id in unit.item_ids}
    texts = {item["id"]: item[lang] for item in content["scored_items"] if item["id"] in asked}
    listed = {unit.code: unit.name for unit in units}
    fields: dict[str, Any] = {
        "units": tuple(units),
        "item_ids": tuple(texts),
        "texts": {item_id: text.replace("{unit}", together) for item_id, text in texts.items()},
        "rate": SeveralField(str(messages.UNITS_TO_RATE), choices=listed, at_most=len(listed)),
    }
    for unit in units:
        for item_id in unit.item_ids:
            label = texts[item_id].replace("{unit}", unit.short_name)
            fields[row_name(item_id, unit.code)] = RowField(label, choices=scale)
        if "open_comment" in content:
            words = CommentField(unit.name, at_most=LONGEST_COMMENT)
            fields[comment_name(unit.code)] = words
    fields.update(profile_fields(content["profile"], areas, lang))
    nowhere = {"": str(messages.NONE_OF_THEM)}
    fields["own_staff"] = OwnUnitField(str(messages.OWN_UNIT), choices={**nowhere, **listed})
    return type("UnitsSittingForm", (SittingForm,), fields)
