"""The office's pages wait for a look over the records, but not for ever."""

from threading import Event

import pytest

from survey.problems import Problem
from survey.site.installation import Site
from survey.web import alterations
from survey.web.alterations import Alterations


class _Slow:
    """Looks over records until it is let go."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.ended = Event()

    def __call__(self) -> list[Problem]:
        self.let_go.wait(60)
        self.ended.set()
        return [Problem(zh="改动", en="altered")]


def test_a_page_goes_on_without_a_look_that_takes_long(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alterations, "PATIENCE_SECONDS", 0.01)
    look = _Slow()
    watch = Alterations(site.database, look)
    assert watch.found() == ()
    assert not watch.ever_looked
    look.let_go.set()
    assert look.ended.wait(60)


def test_a_page_tells_what_a_look_of_some_seconds_finds(site: Site) -> None:
    look = _Slow()
    look.let_go.set()
    (found,) = Alterations(site.database, look).found()
    assert found.text("en") == "altered"
