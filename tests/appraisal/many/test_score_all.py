"""All closed campaigns at once: the figures of each as if it were scored alone."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from distributed import LocalCluster

from survey.appraisal.many.cluster import score_there
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
from survey.site.installation import Site, prepare_site
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
    "words",
    [
        [],
        [CODE, "--all"],
        [CODE, "--processes", "2"],
        [CODE, "--dask", "tcp://127.0.0.1:1"],
        ["--all", "--json"],
        ["--all", "--processes", "2", "--cluster", "tcp://127.0.0.1:1"],
    ],
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


@pytest.fixture
def cluster(closed: Site) -> Iterator[LocalCluster]:
    """Two workers on this machine, which open the installation by what the environment says."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster


def test_a_cluster_scores_to_the_same_bytes_and_tells_what_it_could_not(
    closed: Site, cluster: LocalCluster
) -> None:
    done = CliRunner().invoke(survey, ["score", "--all", "--dask", cluster.scheduler_address])
    assert isinstance(done.exception, Refused)
    assert f"{ALTERED}：没有计分，原因如下" in str(done.exception)
    there = runs(closed)
    told = [line.split() for line in done.stdout.splitlines()]
    assert [(line[0], line[-1]) for line in told] == sorted(there)
    CliRunner().invoke(survey, ["score", "--all", "--processes", "2"])
    assert sorted(runs(closed)[2:]) == sorted(there) == sorted(set(there))


def test_a_worker_of_another_installation_scores_nothing(
    closed: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home, words in (("other", "another installation"), ("none", "no installation")):
        monkeypatch.setenv("SURVEY_HOME", str(tmp_path / home))
        monkeypatch.setenv("SURVEY_DATABASE", f"sqlite:///{tmp_path / home}/survey.db")
        if home == "other":
            prepare_site(os.environ).database.close()
        [problem] = score_there(CODE, "tests", "ours").problems
        assert words in problem.en
    assert runs(closed) == []


def test_where_there_is_no_cluster_nothing_is_scored(
    closed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.appraisal.many.cluster._WAIT_S", 1)
    nowhere = ["score", "--all", "--dask", "tcp://127.0.0.1:1"]
    assert "no such cluster" in str(CliRunner().invoke(survey, nowhere).exception)
    monkeypatch.setattr("survey.appraisal.commands.can_use_cluster", lambda: False)
    assert "gongping[cluster]" in str(CliRunner().invoke(survey, nowhere).exception)
    assert runs(closed) == []
