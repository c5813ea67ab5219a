"""A questionnaire's form without the making of it: copied from one made before, then filled.

Its fields are objects of the same classes, so that what is read, refused and told of an answer is
what the form class says: there is no second set of rules. Making them takes ten times as long as
filling them.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from wtforms import Field

from survey.forms.fields import AtOnce
from survey.forms.questionnaire import QuestionnaireForm

_MOST_NAMES = 1000


class Given(dict[str, list[str]]):
    """What a form was sent with, all values of a name in their order."""

    def getlist(self, name: str) -> Sequence[str]:
        """Return all values of a name."""
        return self.get(name, ())

    def first(self, name: str) -> str:
        """Return the first value of a name, '' where there is none."""
        return self[name][0] if name in self else ""


class Blank:
    """An empty form of a class, from which filled ones are copied."""

    def __init__(self, form_class: type[QuestionnaireForm]) -> None:
        self.form_class = form_class
        self._made = form_class(formdata=None)
        self._fields: dict[str, Field] = dict(self._made._fields)

    def filled(self, given: Given) -> QuestionnaireForm:
        """Return the form filled with what was sent, as the class itself would be."""
        form: QuestionnaireForm = _copied(self._made)
        fields = {name: _copied(field) for name, field in self._fields.items()}
        form.__dict__.update(fields)
        form._fields = fields
        for name, field in fields.items():
            if not isinstance(field, AtOnce) or not field.takes(given.getlist(name)):
                field.process(given)
        return form


def each_once(body: bytes) -> dict[str, str] | None:
    """Return what a body says that names nothing twice; None where it does, or is unusual."""
    try:
        text = body.decode("ascii")
        pairs = text.split("&", _MOST_NAMES)
        said = dict([pair.split("=", 1) for pair in pairs])  # a ValueError where nothing is said
        if "%" in text or "+" in text:
            said = {_plain(name): _plain(value) for name, value in said.items()}
    except ValueError:
        return None
    return said if len(said) == len(pairs) <= _MOST_NAMES else None


def given_in(body: bytes) -> Given | None:
    """Return what a body of `application/x-www-form-urlencoded` says; None where it is unusual."""
    given = Given()
    try:
        pairs = body.decode("ascii").split("&", _MOST_NAMES)
        for pair in pairs:
            name, _equals, value = pair.partition("=")
            if pair:
                given.setdefault(_plain(name), []).append(_plain(value))
    except ValueError:  # neither ASCII nor UTF-8
        return None
    return given if len(pairs) <= _MOST_NAMES else None  # the framework has its own words for it


def _plain(sent: str) -> str:
    if "%" not in sent and "+" not in sent:
        return sent
    return unquote(sent.replace("+", " "), errors="strict")


def _copied(made: Any) -> Any:
    copy = object.__new__(type(made))
    copy.__dict__.update(made.__dict__)
    return copy
