"""A questionnaire as a Flask-WTF form: the class is the definition of a valid answer."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField

from survey.forms import messages
from survey.forms.fields import ChoiceField, CommentField, ListField, SeveralField
from survey.forms.local_items import LocalItem, local_field
from survey.forms.relevance import holds

NOT_LOCAL = "not_local"
_LOW = {"1", "2"}
_LONGEST_COMMENT = 2000  # what the comment table keeps
NOT_ANSWERS = frozenset({"lang", "mode", "step", "do"})


class QuestionnaireForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """What every questionnaire's form shares; `build_form` adds the questions."""

    class Meta:
        csrf = False  # a signed form token stands for it, which needs no cookie

    item_ids: ClassVar[tuple[str, ...]] = ()
    local_names: ClassVar[tuple[str, ...]] = ()

    response_id = HiddenField()
    device = HiddenField()

    def item_fields(self) -> list[Field]:
        """Return the scored items in the order of the answers."""
        return [self[item_name(item_id)] for item_id in self.item_ids]

    def is_low(self) -> bool:
        """Tell whether any item was answered 不满意 or worse, so that reasons are asked."""
        return any(field.data in _LOW for field in self.item_fields())

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
            item_id: field.data or ""
            for item_id, field in zip(self.item_ids, self.item_fields(), strict=True)
        }
        skipped = set()
        for field in self.local_fields():
            if field.item.relevant and not holds(field.item.relevant, given):
                skipped.add(field.name)
            else:
                given[field.item.item_id] = field.given()
        return skipped

    def unknown_names(self, given: Mapping[str, Any]) -> list[str]:
        """Return the names sent that this questionnaire does not have."""
        return sorted(set(given) - set(self._fields) - NOT_ANSWERS)


def item_name(item_id: str) -> str:
    """Return the field name of an item."""
    return f"q_{item_id}"


def build_form(
    content: Mapping[str, Any],
    *,
    item_ids: Sequence[str],
    unit_name: str,
    areas: Sequence[tuple[str, str]],
    lang: str,
    local: Sequence[LocalItem] = (),
) -> type[QuestionnaireForm]:
    """Return the form of a questionnaire about one unit in one language.

    `areas` are code and name of the townships; the person who lives in none of them may say so.
    `local` are the unscored items asked about the unit.
    Labels are read in the language that is current, which must be the same.
    """
    scale = {str(level["value"]): level[lang] for level in content["scale"]}
    items = {item["id"]: item for item in content["scored_items"]}
    fields: dict[str, Any] = {
        "item_ids": tuple(item_ids),
        "local_names": tuple(item.name for item in local),
    }
    for item_id in item_ids:
        label = items[item_id][lang].replace("{unit}", unit_name)
        fields[item_name(item_id)] = ChoiceField(label, choices=scale)
    for item in local:
        fields[item.name] = local_field(item, unit_name=unit_name, lang=lang)
    for entry in content.get("conditional", ())[:1]:
        choices = {option["value"]: option[lang] for option in entry["options"]}
        fields["reasons"] = SeveralField(entry[lang], choices=choices, at_most=entry["max"])
    if comment := content.get("open_comment"):
        longest = min(comment["max_chars"], _LONGEST_COMMENT)
        fields["comment"] = CommentField(comment[lang], at_most=longest)
    fields.update(profile_fields(content["profile"], areas, lang))
    return type("UnitQuestionnaireForm", (QuestionnaireForm,), fields)


def profile_fields(
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
        "own_staff": BooleanField(str(messages.OWN_STAFF)),
    }


def _options(question: Mapping[str, Any]) -> dict[str, str]:
    return {value: str(messages.OPTIONS[value]) for value in question["options"]}
