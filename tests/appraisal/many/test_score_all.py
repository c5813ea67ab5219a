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
from survey.site import processes
from survey.site.installation import Site
from survey.web.alterations import Altered
from tests.demonstrated import close
from tests.factories import ANLAN, CODE, in_fieldwork
from tests.officials import open_as_an_office
from tests.respond.factories import hand_in, opened, poster_code

OTHERS = WITHOUT, ALTERED = "BEI-2026", "DONG-2026"


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
    """Three campaigns, closed: one with answers, one without, one whose title was altered."""
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
            campaign = find_campaign(session, other)
            end = campaign.ends_at + timedelta(minutes=1)
            close_campaign(session, campaign=campaign, by="tests", clock=lambda at=end: at)
    with here.database.writing() as session:
        find_campaign(session, ALTERED).title_zh = "别的"
    return here


def runs(site: Site) -> list[tuple[str, str]]:
    query = sa.select(Campaign.code, Appraisal.content).join(Appraisal).order_by(Appraisal.id)
    with site.database.reading() as session:
        return [(code, digest_of(content)) for code, content in session.execute(query)]


def test_each_is_scored_as_if_alone_and_an_altered_one_keeps_no_other_from_it(
    closed: Site,
) -> None:
    done = CliRunner().invoke(survey, ["score", "--all", "--processes", "2"])
    assert isinstance(done.exception, Refused)
    assert f"{ALTERED}：没有计分，原因如下" in str(done.exception)
    at_once = runs(closed)
    assert sorted(code for code, _digest in at_once) == [CODE, WITHOUT]
    told = [line.split() for line in done.stdout.splitlines()]
    assert [(line[0], line[-1]) for line in told] == sorted(at_once)
    for code in (CODE, WITHOUT):
        assert CliRunner().invoke(survey, ["score", code]).exit_code == 0
    assert runs(closed)[2:] == sorted(at_once)


@pytest.mark.parametrize(
    "words", [[], [CODE, "--all"], [CODE, "--processes", "2"], ["--all", "--json"]]
)
def test_what_contradicts_itself_is_wrong_usage(words: list[str]) -> None:
    assert CliRunner().invoke(survey, ["score", *words]).exit_code == 2


def test_an_altered_campaign_that_is_verified_meanwhile_leaves_no_scores(
    closed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LARGE", 0)
    done = CliRunner().invoke(survey, ["score", ALTERED])
    assert isinstance(done.exception, Altered)
    assert runs(closed) == []
    assert CliRunner().invoke(survey, ["score", CODE]).exit_code == 0
    assert [code for code, _digest in runs(closed)] == [CODE]
