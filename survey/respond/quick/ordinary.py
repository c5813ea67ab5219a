"""Sheets of the ordinary kind, known by what the form itself said of each answer.

A form is asked once of every answer that it offers, whether it is in order and what is read of it.
A sheet of a single unit that gives nothing but such answers is then read by looking them up: no
rule stands here, and whatever else was sent is the form's to judge.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from survey.forms.fields import CommentField, OneChoice
from survey.forms.questionnaire import NOT_ANSWERS, time_of_one
from survey.forms.sheet import Rated, Sheet, Source
from survey.respond.quick.filling import Blank, Given

_SWITCH = "do"  # a switch of language or size, which is no answer
_AS_SENT = frozenset({"response_id", "device"})  # no field's data is another than what was sent
_PLACES = ("age", "sex", "residence", "area")
_NOBODY = Source(receipt=b"", ticket=b"", at=datetime.fromtimestamp(0, UTC), taken_ms=None, lang="")

Sent = Mapping[str, str]


class Ordinary:
    """What is ordinary of a form; nothing is of several units, or with unscored items."""

    def __init__(self, blank: Blank) -> None:
        form = blank.filled(Given())
        self._blank = blank
        self._may_be_empty = [
            name for name, field in form._fields.items() if isinstance(field, CommentField)
        ]
        self._choices = {
            name: [value for value in field.choices if value]
            for name, field in form._fields.items()
            if isinstance(field, OneChoice)
        }
        self._names = _AS_SENT | (NOT_ANSWERS - {_SWITCH}) | {*self._may_be_empty, *self._choices}
        is_single = not form.is_several and not form.local_names
        start = next(self._starts(), None) if is_single else None
        self._read = self._asked(start) if start else {}
        self._offered = [(name, frozenset(read)) for name, read in self._read.items()]
        if self._read:
            self._unit_code = form.units[0].code
            self._answer_names = form.answer_names[self._unit_code]
            self._age, self._sex, self._residence, self._area = (
                {value: getattr(sheet, name) for value, sheet in self._read[name].items()}
                for name in _PLACES
            )

    def is_in_order(self, sent: Sent) -> bool:
        """Tell whether a sheet is an ordinary one that nothing is to be said of."""
        if not self._read or not sent.keys() <= self._names:
            return False
        if any(map(sent.get, self._may_be_empty)):
            return False
        return all(sent.get(name) in values for name, values in self._offered)

    def read(self, sent: Sent, source: Source) -> Sheet:
        """Return what a sheet in order says, as the form would."""
        answers = "".join([sent[name] for name in self._answer_names])
        return Sheet(
            source=source,
            age=self._age[sent["age"]],
            sex=self._sex[sent["sex"]],
            residence=self._residence[sent["residence"]],
            area=self._area[sent["area"]],
            duration_ms=time_of_one(source.taken_ms, of=1),
            rated=(Rated(unit_code=self._unit_code, answers=answers),),
        )

    def _starts(self) -> Iterator[Sent]:
        """Yield sheets in order to begin with: of the last choices, of those before them, ..."""
        for back in range(1, 1 + max(map(len, self._choices.values()))):
            sent = {name: values[-min(back, len(values))] for name, values in self._choices.items()}
            if self._sheet_of(sent):
                yield sent

    def _asked(self, start: Sent) -> dict[str, dict[str, Sheet]]:
        """Return of each question and answer the sheet that the form reads, if it is in order."""
        asked = {
            name: {value: self._sheet_of({**start, name: value}) for value in values}
            for name, values in self._choices.items()
        }
        return {
            name: {value: sheet for value, sheet in sheets.items() if sheet}
            for name, sheets in asked.items()
        }

    def _sheet_of(self, sent: Sent) -> Sheet | None:
        given = Given({name: [value] for name, value in sent.items()})
        form = self._blank.filled(given)
        if form.who_may_not() or form.unknown_names(given) or not form.validate():
            return None
        return form.read(_NOBODY)
