"""`survey demo`: the whole path on the demonstration county, before one's eyes."""

import os
from collections import Counter
from datetime import timedelta

import click
import sqlalchemy as sa

from survey.app import create_app
from survey.appraisal.listing import score_lines
from survey.appraisal.score_document import SIMULATED
from survey.demo import respondents as residents
from survey.demo import seeding
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open, stage_result
from survey.demo.county import days_between
from survey.demo.entrances import Codes
from survey.demo.residents_http import answer_through_web
from survey.demo.respondents import Respondent
from survey.exchange.document import FrozenDocument, find_document
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign
from survey.site.installation import Site, prepare_site
from survey.site.telling import counting, tell

_DAYS_AGO = 22  # twenty of fieldwork, and some to score and release
_THROUGH_THE_WEB = 200

_OUTCOMES = {
    "stored": "已收下 / stored",
    "under_age": "未满18周岁，礼貌谢绝 / under 18, politely refused",
    "used": "评议码已使用，未收 / one-time code used before, refused",
}


@click.command()
@click.option("--responses", type=click.IntRange(1, 1_000_000), help="How many residents answer.")
@click.option("--seed", default=1, show_default=True, help="Which of them, if not all.")
def demo(responses: int | None, seed: int) -> None:
    """Load 安澜县, let simulated residents answer, close, score, release, print the scores.

    Example: survey demo --responses 3000 --seed 7
    """
    with prepare_site(os.environ) as site:
        document = _demonstrate(site, n=responses, seed=seed)
    for line in score_lines(document.content.units):
        click.echo(line)


def _demonstrate(site: Site, *, n: int | None, seed: int) -> FrozenDocument:
    starts_on = seeding.today(site) - timedelta(days=_DAYS_AGO)
    people = residents.all_respondents(shift=days_between(starts_on))
    if n is not None:
        people = residents.choose(people, n=n, seed=seed)
    code = _free_code(site, f"ANLAN-{starts_on.year}-GZPY")
    tell(f"{SIMULATED.zh} / {SIMULATED.en}")
    codes = stage_open(site, starts_on=starts_on, code=code, respondents=people)
    tell(f"{code}: 已载入并开始评议 / loaded and opened")
    for outcome, count in sorted(_answer(site, people, codes).items()):
        tell(f"  {count:>7}  {_OUTCOMES[outcome]}")
    officials = stage_result(site, code=code)
    for username, password in officials.passwords.items():
        tell(f"账号 / account: {username}  一次性密码 / one-time password: {password}")
    document = _released(site, code)
    tell(f"{document.release_code}  sha256 {document.digest}")
    return document


def _answer(site: Site, people: list[Respondent], codes: Codes) -> Counter[str]:
    """Let the first with a phone come through the web page, the many through its intake."""
    visitors = [person for person in people if person.device][:_THROUGH_THE_WEB]
    visiting = {person.response_id for person in visitors}
    others = [person for person in people if person.response_id not in visiting]
    with counting(len(visitors), "网页答卷 / answers on the web page") as advance:
        outcomes = answer_through_web(
            site, make_app=create_app, respondents=visitors, codes=codes, advance=advance
        )
    with counting(len(others), "答卷 / answers") as advance:
        outcomes += answer_through_intake(site, respondents=others, codes=codes, advance=advance)
    return outcomes


def _free_code(site: Site, wanted: str) -> str:
    """Return a campaign code that is not taken, so that a demonstration can be repeated."""
    with site.database.reading() as session:
        taken = set(session.scalars(sa.select(Campaign.code)))
    code, number = wanted, 1
    while code in taken:
        number += 1
        code = f"{wanted}-{number}"
    return code


def _released(site: Site, code: str) -> FrozenDocument:
    with site.database.reading() as session:
        return find_document(session, campaign=find_campaign(session, code))
