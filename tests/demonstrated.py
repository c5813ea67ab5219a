"""安澜县 answered: what tests of scores, releases and exports start from."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open, stage_result
from survey.demo.county import days_between
from survey.demo.respondents import Respondent
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.site.installation import Site
from tests.prepared import prepared

CODE = "ANLAN-2026-GZPY"
STARTS_ON = date(2026, 12, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Who answered, and what became of the answers."""

    people: list[Respondent]
    outcomes: Counter[str]


def answered(site: Site, *, n: int | None = None) -> Answered:
    """Open 安澜县 and let all its residents answer, or n of them."""
    return prepared(site, f"answered by {n}", lambda: _answered(site, n))


def _answered(site: Site, n: int | None) -> Answered:
    people = residents.all_respondents(shift=days_between(STARTS_ON))
    if n is not None:
        people = residents.choose(people, n=n, seed=7)
    codes = stage_open(site, starts_on=STARTS_ON, code=CODE, respondents=people)
    outcomes = answer_through_intake(
        site, respondents=people, codes=codes, advance=lambda _more: None
    )
    return Answered(people=people, outcomes=outcomes)


def closed(site: Site, *, n: int | None = None) -> Answered:
    """Let residents answer, then close the campaign."""
    result = answered(site, n=n)
    close(site)
    return result


def close(site: Site) -> None:
    """Close the campaign a minute after its end."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        end = campaign.ends_at + timedelta(minutes=1)
        close_campaign(session, campaign=campaign, by="tests", clock=lambda: end)


def released(site: Site, *, n: int | None = None) -> Answered:
    """Let residents answer, close, score and release."""

    def make() -> Answered:
        result = answered(site, n=n)
        stage_result(site, code=CODE)
        return result

    return prepared(site, f"released to {n}", make)


def write_responses(people: list[Respondent], source: Path, target: Path) -> None:
    """Write the rows of a responses file whose people are among those given."""
    kept = {person.response_id for person in people}
    lines = source.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    rows = [line for line in lines[1:] if line.partition(",")[0] in kept]
    target.write_text("".join([lines[0], *rows]), encoding="utf-8")
