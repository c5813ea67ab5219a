"""Invented residents who go through the real pages: scan or type, choose, send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from flask import Flask

from survey.forms.local_items import LocalItem, local_items
from survey.forms.questionnaire import REASONS_SHOWN
from survey.model import Campaign
from survey.rehearsal.page_form import PageForm
from survey.site.installation import Site
from survey.stats.campaign.ages import counts

_TAKES = timedelta(seconds=95)
_AGE = "age"

MakeApp = Callable[[Site], Flask]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A visit that did not end with a receipt: where, and what the server answered."""

    unit_code: str
    group_code: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who answers about whom, by which code, and when."""

    unit_code: str
    group_code: str
    code: str
    at: datetime


class Visitors:
    """The web application on their own time; each has a telephone and a network to himself."""

    def __init__(self, site: Site, campaign: Campaign, *, make_app: MakeApp, seed: int) -> None:
        self._moment, self._base = site.clock(), site.settings.base_url
        self._app = make_app(replace(site, clock=lambda: self._moment))
        self._random = Random(seed)  # noqa: S311 - invented answers, no secret
        items = local_items(campaign.questionnaire.content)
        self._barred = {item.name: item.barring for item in items if item.barring}
        self._written = {item.name: _written(item) for item in items if item.required}

    def visit(self, visits: Sequence[Visit]) -> Iterator[Failure]:
        """Let all answer, one after another; yield those whose answer was not taken."""
        for number, one in enumerate(visits):
            status = self._answer(one, number)
            if status != 200:
                yield Failure(unit_code=one.unit_code, group_code=one.group_code, status=status)

    def _answer(self, one: Visit, number: int) -> int:
        browser, path = self._app.test_client(), f"/q/{one.code}"
        network = {"REMOTE_ADDR": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
        self._moment = one.at
        page = browser.get(path, base_url=self._base, environ_overrides=network)
        if page.status_code != 200:
            return page.status_code
        self._moment = one.at + _TAKES
        form = PageForm(page.text)
        device = str(UUID(int=self._random.getrandbits(128), version=4))
        chosen = {**self._written, **self._chosen(form.choices)}
        sent = {**form.hidden, **chosen, REASONS_SHOWN: "1", "device": device}
        return browser.post(
            path, data=sent, base_url=self._base, environ_overrides=network
        ).status_code

    def _chosen(self, choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
        return {name: self._one_of(name, values) for name, values in choices.items()}

    def _one_of(self, name: str, values: Sequence[str]) -> str:
        barred = self._barred.get(name, frozenset())
        return self._random.choice(
            [v for v in values if v not in barred and (name != _AGE or counts(v))]
        )


def _written(item: LocalItem) -> str:
    """Return what answers an item that asks for more than one of its options to be touched."""
    if item.options:
        return next(iter(item.options))
    return str(item.low) if item.type == "integer" else "演练"
