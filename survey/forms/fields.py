"""Fields of the residents' form: one chosen answer, several, and text that is safe to keep."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from survey.forms import messages

_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]")
_LONG_GAP = re.compile(r"\n{3,}")


class AtOnce:
    """A field that may be filled and found in order at once, past the library's many steps."""

    is_fine = False

    def takes(self, values: Sequence[str]) -> bool:
        """Take what was sent, where it is in order beyond doubt; else the library is to look."""
        raise NotImplementedError

    def validate(self, form: BaseForm, extra_validators: Any = ()) -> bool:
        """Check the field, unless it was found in order."""
        return self.is_fine or bool(super().validate(form, extra_validators))  # type: ignore[misc]


class OneChoice(AtOnce):
    """One value, and one that was offered; none only where it is not required."""

    choices: Any
    data: Any  # the first value sent, which must not be an empty one before another
    raw_data: Any

    def __init__(self, *args: Any, required: bool = True, **words: Any) -> None:
        super().__init__(*args, **words)
        self.required = required

    def takes(self, values: Sequence[str]) -> bool:
        if len(values) == 1 and values[0] and values[0] in self.choices:
            self.data, self.is_fine = values[0], True
        return self.is_fine

    def pre_validate(self, _form: BaseForm) -> None:
        given = [value for value in self.raw_data or [] if value]
        if not given:
            if self.required:
                raise StopValidation(str(messages.CHOOSE_ONE))
        elif given != [self.data] or self.data not in _offered(self):
            raise StopValidation(str(messages.NOT_A_CHOICE))


class ChoiceField(OneChoice, RadioField):
    """One of a few answers, all visible."""

    barring = frozenset[str]()  # no answer to it is one of those who may not take part


class ListField(OneChoice, SelectField):
    """One of many answers, in a list."""


class SeveralField(SelectMultipleField):
    """Some of the answers, up to a limit."""

    required = False

    def __init__(self, *args: Any, at_most: int, **words: Any) -> None:
        super().__init__(*args, **words)
        self.at_most = at_most

    def pre_validate(self, _form: BaseForm) -> None:
        if not set(self.data or []) <= _offered(self):
            raise StopValidation(str(messages.NOT_A_CHOICE))
        if len(self.data or []) > self.at_most:
            raise StopValidation(messages.at_most(self.at_most))


class CommentField(AtOnce, TextAreaField):
    """A resident's own words, without what no keyboard types and no reader sees."""

    def __init__(self, *args: Any, at_most: int, **words: Any) -> None:
        super().__init__(*args, **{**words, "filters": [clean_text]})
        self.at_most = at_most

    def takes(self, values: Sequence[str]) -> bool:
        if not any(values):  # most write nothing
            self.data, self.is_fine = "", True
        return self.is_fine

    def pre_validate(self, _form: BaseForm) -> None:
        if len(self.data or "") > self.at_most:
            raise StopValidation(messages.too_long(self.at_most))


def _offered(field: Any) -> set[str]:
    return set(field.choices)


def clean_text(text: str | None) -> str:
    """Return text with line ends made one kind and control, bidi and broken characters gone."""
    joined = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (
        character
        for character in _INVISIBLE.sub("", joined)
        if character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    return _LONG_GAP.sub("\n\n", unicodedata.normalize("NFC", "".join(kept))).strip()
