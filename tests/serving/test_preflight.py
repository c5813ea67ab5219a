"""Before a server serves: each finding says what is wrong and what to do; fatal ones stop it."""

import shutil
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from survey.cli import survey
from survey.fieldwork.sealing import seal_open_campaigns
from survey.serving import preflight
from survey.serving.preflight import Finding, look_over
from survey.site.installation import Site
from survey.site.locks import alone
from tests.factories import in_fieldwork, open_anlan

PUBLIC = {"base_url": "https://pingyi.county.gov.cn", "trusted_proxies": 1}


def found(site: Site, *, host: str = "127.0.0.1", open_files: int | None = 65536) -> list[Finding]:
    return look_over(site, host=host, open_files=open_files)


def told(site: Site, **changed: object) -> str:
    return "\n".join(finding.problem.both() for finding in found(site, **changed))  # type: ignore[arg-type]


@pytest.fixture
def public(site: Site) -> Site:
    return replace(site, settings=replace(site.settings, **PUBLIC))  # type: ignore[arg-type]


def test_nothing_is_said_of_a_server_in_order(public: Site) -> None:
    assert found(public) == []
    assert found(public, open_files=None) == []


@pytest.mark.parametrize(
    ("files", "fatal"), [(4096, None), (4095, False), (256, False), (255, True)]
)
def test_few_open_files_are_told_and_too_few_stop(
    public: Site,
    files: int,
    fatal: bool | None,
) -> None:
    findings = found(public, open_files=files)
    assert [finding.fatal for finding in findings] == ([] if fatal is None else [fatal])
    for finding in findings:
        assert "LimitNOFILE=65536" in finding.problem.text("zh")
        assert "LimitNOFILE=65536" in finding.problem.text("en")


@pytest.mark.parametrize(
    ("free", "fatal"),
    [(preflight.FEW_BYTES, None), (preflight.FEW_BYTES - 1, False), (63 << 20, True)],
)
def test_a_disk_that_is_nearly_full_is_told_and_a_full_one_stops(
    public: Site,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    fatal: bool | None,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    assert [each.fatal for each in found(public)] == ([] if fatal is None else [fatal])
    if fatal is not None:
        assert f"只剩 {free >> 20} MB" in told(public)
        assert f"{free >> 20} MB left" in told(public)


def test_a_clock_before_the_newest_head_is_told_and_does_not_stop(public: Site) -> None:
    open_anlan(public)
    seal_open_campaigns(replace(public, clock=in_fieldwork))
    last = preflight.last_head_at(public)
    assert last is not None
    early = replace(public, clock=lambda: last - timedelta(minutes=1))
    [finding] = found(early)
    assert not finding.fatal
    assert "timedatectl set-ntp true" in finding.problem.text("zh")
    assert "earlier than the newest signed head" in finding.problem.text("en")
    assert found(replace(public, clock=lambda: last)) == []


def test_an_address_for_trying_and_proxies_are_told(site: Site, public: Site) -> None:
    assert "不是公网 https 地址" in told(site)
    bare = replace(public, settings=replace(public.settings, trusted_proxies=0))
    assert "同一网络" in told(bare)
    assert "set 1 where one proxy stands in front" in told(bare)
    assert "listened to" in told(public, host="0.0.0.0")
    assert "冒充" in told(public, host="::")
    assert told(public, host="localhost") == told(public, host="::1") == ""


def test_the_check_says_whether_a_server_could_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    run = CliRunner().invoke(survey, ["serve", "--check", "--port", "0"])
    assert run.exit_code == 0
    assert "可以启动 / in order" in run.stdout
    assert "不是公网 https 地址" in run.stderr
    with alone(site.settings.home, "http://127.0.0.1:8000"):
        run = CliRunner().invoke(survey, ["serve", "--check"])
    assert (run.exit_code, "the server is running" in run.stdout) == (0, True)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1))
    run = CliRunner().invoke(survey, ["serve", "--check"])
    assert run.exit_code == 1
    assert "in order" not in run.stdout
