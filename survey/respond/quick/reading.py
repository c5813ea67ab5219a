"""A sheet in order, read from a body: looked up where it is an ordinary one, else by its form."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from survey.forms.questionnaire import QuestionnaireForm
from survey.forms.sheet import Sheet, Source
from survey.respond.page import Pages
from survey.respond.presentation import Presentation
from survey.respond.questionnaire import Questionnaire
from survey.respond.quick.asking import Asked
from survey.respond.quick.filling import Blank, each_once, given_in
from survey.respond.quick.ordinary import Ordinary

_MOST_KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class InOrder:
    """A sheet that nothing is to be said of; `read` gives what it says once its source is known."""

    look: Presentation
    response_id: str
    device: str
    read: Callable[[Source], Sheet]


class Reader:
    """What one process keeps to read sheets by."""

    def __init__(self, app: Flask, pages: Pages) -> None:
        self._app = app
        self._pages = pages
        self._kept: dict[type[QuestionnaireForm], tuple[Ordinary, Blank]] = {}

    def read(self, asked: Asked, questionnaire: Questionnaire, body: bytes) -> InOrder | None:
        """Return what is read if nothing is to be said of it."""
        sent = each_once(body)
        if sent is not None and (look := asked.look_with(sent.get("lang"), sent.get("mode"))):
            ordinary = self._ordinary(questionnaire, look)
            if ordinary and ordinary.is_in_order(sent):
                return InOrder(
                    look=look,
                    response_id=sent.get("response_id", ""),
                    device=sent.get("device", ""),
                    read=lambda source: ordinary.read(sent, source),
                )
        return self._by_form(asked, questionnaire, body)

    def _ordinary(self, questionnaire: Questionnaire, look: Presentation) -> Ordinary | None:
        kept = self._of(questionnaire, look)
        return kept[0] if kept else None

    def _by_form(self, asked: Asked, questionnaire: Questionnaire, body: bytes) -> InOrder | None:
        given = given_in(body)
        look = asked.look_with(given.first("lang"), given.first("mode")) if given else None
        kept = self._of(questionnaire, look) if look else None
        if given is None or look is None or kept is None or given.first("do"):
            return None
        form = kept[1].filled(given)
        if form.who_may_not() or form.unknown_names(given) or not form.validate():
            return None
        return InOrder(
            look=look,
            response_id=form.response_id.data or "",
            device=form.device.data or "",
            read=form.read,
        )

    def _of(self, asked: Questionnaire, look: Presentation) -> tuple[Ordinary, Blank] | None:
        form_class = self._pages.kept_form_class(asked, look.lang)
        if form_class is None:
            return None
        if form_class not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            with self._app.app_context():
                blank = Blank(form_class)
                self._kept[form_class] = Ordinary(blank), blank
        return self._kept[form_class]
