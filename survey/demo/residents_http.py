"""Simulated residents open the real page and send its form, as a browser without script does."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from survey.demo.answering import UNDER_AGE, USER_AGENT, Advance, address_of
from survey.demo.entrances import Codes
from survey.demo.respondents import Respondent
from survey.forms.questionnaire import REASONS_SHOWN, item_name
from survey.model import Campaign
from survey.rehearsal.page_form import PageForm
from survey.respond.intake import Outcome
from survey.site.installation import Site


def answer_through_web(
    site: Site,
    *,
    make_app: Callable[[Site], Flask],
    respondents: Sequence[Respondent],
    codes: Codes,
    advance: Advance,
) -> Counter[str]:
    """Let residents with a phone answer on the web page; return what became of the answers."""
    visits = _Visits(site, codes, make_app)
    outcomes: Counter[str] = Counter()
    for person in respondents:
        outcomes[visits.answer(person)] += 1
        advance(1)
    return outcomes


class _Visits:
    """The web application on the residents' own time, and a client for each of them."""

    def __init__(self, site: Site, codes: Codes, make_app: Callable[[Site], Flask]) -> None:
        self._codes = codes
        self._moment = site.clock()
        self._app = make_app(replace(site, clock=self._now))
        self._items = _items_by_unit(site, codes.campaign_code)

    def answer(self, person: Respondent) -> str:
        path = f"/q/{self._codes.code_of(person)}"
        browser = self._app.test_client()
        source: dict[str, Any] = {
            "headers": {"User-Agent": USER_AGENT},
            "environ_overrides": {"REMOTE_ADDR": address_of(person)},
        }
        self._moment = person.submitted_at - timedelta(seconds=person.duration_s)
        page = browser.get(path, query_string={"lang": person.lang}, **source)
        if page.status_code != 200:
            return Outcome.USED.value
        form = {**PageForm(page.text).hidden, **self._filled(person)}
        self._moment = person.submitted_at
        answer = browser.post(path, data=form, **source)
        if person.age_group == "under18":
            return UNDER_AGE
        return Outcome.STORED.value if answer.status_code == 200 else Outcome.USED.value

    def _now(self) -> datetime:
        return self._moment

    def _filled(self, person: Respondent) -> dict[str, Any]:
        items = self._items[person.unit_code]
        answers = dict(zip(map(item_name, items), person.answers, strict=True))
        return answers | {
            "lang": person.lang,
            "device": person.device,
            "age": person.age_group,
            "sex": person.sex,
            "area": person.township_code,
            "residence": person.residence,
            "reasons": list(person.reasons),
            REASONS_SHOWN: "1",
            "comment": person.comment,
        }


def _items_by_unit(site: Site, campaign_code: str) -> dict[str, list[str]]:
    with site.database.reading() as session:
        campaign = session.scalars(sa.select(Campaign).where(Campaign.code == campaign_code)).one()
        return {entry.unit.code: entry.item_ids for entry in campaign.units}
