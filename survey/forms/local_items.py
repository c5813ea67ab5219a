"""The questionnaire's unscored items: what a county asks of its own, and what was answered.

`local_items` of the questionnaire, asked after the scored ones, or `first` before them. A text is
somebody's own words and is kept with the comment, where it can be erased; every other answer is
kept with the response.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from survey.forms import messages
from survey.forms.fields import clean_text
from survey.forms.relevance import Tree, parse

TYPES = ("single", "multiple", "integer", "short_text", "long_text")
TEXTS = frozenset({"short_text", "long_text"})
HIGHEST = 999_999_999
MAX_CHARS = {"short_text": 60, "long_text": 500}

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")
_WHOLE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalItem:
    """One unscored item; `relevant` is the tree that says when it is asked, None always.

    `barring` are the options of those who may not take part.
    """

    item_id: str
    type: str
    words: Mapping[str, str]
    hint: Mapping[str, str] | None
    options: Mapping[str, Mapping[str, str]]
    required: bool
    first: bool
    at_most: int
    low: int
    high: int
    max_chars: int
    relevant: Tree | None
    barring: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return the name of its field."""
        return f"l_{self.item_id}"


def local_items(content: Mapping[str, Any], class_code: str | None = None) -> list[LocalItem]:
    """Return a checked questionnaire's local items, all or those units of a class are asked."""
    return [
        _item(entry)
        for entry in content.get("local_items") or ()
        if class_code is None or class_code in (entry.get("classes") or (class_code,))
    ]


def _item(given: Mapping[str, Any]) -> LocalItem:
    entry = {name: value for name, value in given.items() if value is not None}
    options = {option["value"]: option for option in entry.get("options", ())}
    return LocalItem(
        item_id=entry["id"],
        type=entry["type"],
        words={"zh": entry["zh"], "en": entry["en"]},
        hint=entry.get("hint"),
        options={value: {"zh": o["zh"], "en": o["en"]} for value, o in options.items()},
        required=entry.get("required", False),
        first=entry.get("first", False),
        at_most=entry.get("at_most", len(options)),
        low=entry.get("min", 0),
        high=entry.get("max", HIGHEST),
        max_chars=entry.get("max_chars", MAX_CHARS.get(entry["type"], 0)),
        relevant=parse(entry["relevant"]) if "relevant" in entry else None,
        barring=frozenset(v for v, o in options.items() if o.get("eligible") is False),
    )


def local_field(item: LocalItem, *, unit_name: str, lang: str) -> Any:
    """Return the form field of an item in one language."""
    words: dict[str, Any] = {
        "label": item.words[lang].replace("{unit}", unit_name),
        "description": item.hint[lang].replace("{unit}", unit_name) if item.hint else "",
        "item": item,
    }
    if item.options:
        words["choices"] = {value: option[lang] for value, option in item.options.items()}
    return _FIELDS[item.type](**words)


def closed_answers(fields: Iterable[Any]) -> str:
    """Return the answers that are no texts as compact JSON, empty where there are none."""
    return _kept({f.item.item_id: f.stored() for f in fields if f.item.type not in TEXTS})


def texts(fields: Iterable[Any]) -> str:
    """Return the texts in the same way."""
    return _kept({f.item.item_id: f.data for f in fields if f.item.type in TEXTS})


def _kept(answers: Mapping[str, Any]) -> str:
    given = {item_id: value for item_id, value in answers.items() if value not in (None, "")}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")) if given else ""


class _LocalField:
    """Not looked at where it is skipped, empty only where that is allowed."""

    choices: Any
    data: Any
    missing = messages.FILL_IN

    def __init__(self, *, item: LocalItem, **words: Any) -> None:
        super().__init__(**words)
        self.item = item
        self.required = item.required

    def pre_validate(self, form: BaseForm) -> None:
        if not form.is_asked(self.item.name):  # type: ignore[attr-defined]  # a QuestionnaireForm
            raise StopValidation
        if self.given():
            self.check()
        elif self.item.required:
            raise StopValidation(str(self.missing))

    def given(self) -> str:
        """Return the answer as conditions compare it."""
        return self.data or ""

    def stored(self) -> Any:
        """Return the answer as it is kept."""
        return self.data

    def shown(self) -> str:
        """Return the answer in the page's words."""
        if not self.item.options:
            return self.given()
        chosen = self.given().split(" ")
        return "、".join(text for value, text in self.choices.items() if value in chosen)

    def check(self) -> None:
        """Raise StopValidation saying what is wrong with the answer."""


class _SingleField(_LocalField, RadioField):
    missing = messages.CHOOSE_ONE

    @property
    def barring(self) -> frozenset[str]:
        """Return the answers of those who may not take part."""
        return self.item.barring

    def check(self) -> None:
        if len([value for value in self.raw_data or [] if value]) > 1 or (
            self.data not in self.item.options
        ):
            raise StopValidation(str(messages.NOT_A_CHOICE))


class _MultipleField(_LocalField, SelectMultipleField):
    missing = messages.CHOOSE_SOME

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self.at_most = self.item.at_most

    def given(self) -> str:
        return " ".join(self.data or ())

    def stored(self) -> list[str] | None:
        chosen = [value for value in self.item.options if value in (self.data or ())]
        return chosen or None

    def check(self) -> None:
        chosen = set(self.data)
        if not chosen <= set(self.item.options):
            raise StopValidation(str(messages.NOT_A_CHOICE))
        if len(chosen) > self.at_most:
            raise StopValidation(messages.at_most(self.at_most))


class _IntegerField(_LocalField, StringField):
    def __init__(self, **words: Any) -> None:
        super().__init__(**words, filters=[_plain_number])

    def stored(self) -> int | None:
        return int(self.data) if self.data else None

    def check(self) -> None:
        fits = _WHOLE.fullmatch(self.data) and self.item.low <= int(self.data) <= self.item.high
        if not fits:
            raise StopValidation(self.says)

    @property
    def says(self) -> str:
        """Return what is asked for."""
        low, high = self.item.low, self.item.high
        return str(gettext("请填写%(low)s到%(high)s之间的整数", low=low, high=high))


class _ShortTextField(_LocalField, StringField):
    def __init__(self, **words: Any) -> None:
        super().__init__(**words, filters=[self.clean])
        self.at_most = self.item.max_chars

    @staticmethod
    def clean(text: str | None) -> str:
        """Return the text as it is kept: one line."""
        return clean_text(text).replace("\n", " ")

    def check(self) -> None:
        if len(self.data) > self.at_most:
            raise StopValidation(messages.too_long(self.at_most))


class _LongTextField(_ShortTextField):
    clean = staticmethod(clean_text)


_FIELDS = {
    "single": _SingleField,
    "multiple": _MultipleField,
    "integer": _IntegerField,
    "short_text": _ShortTextField,
    "long_text": _LongTextField,
}


def _plain_number(text: str | None) -> str:
    return (text or "").translate(_FULL_WIDTH).strip()
