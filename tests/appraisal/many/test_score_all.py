"""All closed campaigns at once: the figures of each as if it were scored alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from survey.canonical import digest_of
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.closing import close_campaign
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_in_order
from survey.model import Appraisal, Campaign
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.demonstrated import close
from tests.factories import ANLAN, CODE, in_fieldwork
from tests.officials import open_as_an_office
from tests.respond.factories import hand_in, opened, poster_code

OTHERS = ("BEI-2026", "DONG-2026")


def load(site: Site, code: str) -> None:
    folder = read_folder(ANLAN)
    named = replace(folder.campaign, campaign_code=code)
    with site.database.writing() as session:
        load_campaign(
            session,
            folder=replace(folder, campaign=named),
            by="tests",
            clock=in_fieldwork,
            simulated=True,
        )
    open_in_order(site, campaign_code=code, by="tests")


@pytest.fixture
def closed(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Three campaigns, closed: one with answers, one without, and one still open beside them."""
    here = open_as_an_office(site, tmp_path, monkeypatch)
    code = poster_code(here)
    for n in range(4):
        mark = bytes([n] * 8)
        with here.database.writing() as session:
            entrance = opened(session, here, code)
            marks = {"receipt": mark + b"re", "device_mark": mark, "network_mark": mark}
            hand_in(session, entrance, answers=f"5432105{n}", **marks)
    close(here)
    for other in OTHERS:
        load(here, other)
    with here.database.writing() as session:
        campaign = find_campaign(session, OTHERS[0])
        end = campaign.ends_at + timedelta(minutes=1)
        close_campaign(session, campaign=campaign, by="tests", clock=lambda: end)
    return here


def runs(site: Site) -> list[tuple[str, str]]:
    query = sa.select(Campaign.code, Appraisal.content).join(Appraisal).order_by(Appraisal.id)
    with site.database.reading() as session:
        return [(code, digest_of(content)) for code, content in session.execute(query)]


def test_the_figures_are_those_of_each_scored_alone(closed: Site) -> None:
    done = CliRunner().invoke(survey, ["score", "--all", "--processes", "2"])
    assert done.exit_code == 0, done.output
    first = runs(closed)
    assert sorted(code for code, _digest in first) == [CODE, OTHERS[0]]
    for code in (CODE, OTHERS[0]):
        assert CliRunner().invoke(survey, ["score", code]).exit_code == 0
    assert runs(closed)[2:] == sorted(first)
    told = [line.split() for line in done.stdout.splitlines()]
    assert [(line[0], line[-1]) for line in told] == sorted(first)
    assert CliRunner().invoke(survey, ["verify"]).exit_code == 0


def test_one_that_was_altered_keeps_no_other_from_it(closed: Site) -> None:
    with closed.database.writing() as session:
        session.execute(sa.text("UPDATE response SET answers = '11111111'"))
    done = CliRunner().invoke(survey, ["score", "--all"])
    assert isinstance(done.exception, Refused)
    assert [code for code, _digest in runs(closed)] == [OTHERS[0]]


@pytest.mark.parametrize(
    "words", [[], [CODE, "--all"], [CODE, "--processes", "2"], ["--all", "--json"]]
)
def test_what_contradicts_itself_is_wrong_usage(words: list[str]) -> None:
    assert CliRunner().invoke(survey, ["score", *words]).exit_code == 2
