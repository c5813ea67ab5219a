"""The shipped unit starts this program with settings it knows, and shuts off all else."""

import re
from pathlib import Path

from survey.serving.commands import serve
from survey.site.config import read_settings

PROXY = Path(__file__).resolve().parents[2] / "docs/deployment/nginx.conf"
UNIT = Path(__file__).resolve().parents[2] / "docs/deployment/gongping.service"


def said(name: str) -> list[str]:
    lines = UNIT.read_text("utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def test_the_unit_serves_with_options_and_settings_the_program_knows() -> None:
    [start] = said("ExecStart")
    program, command, *options = start.split()
    assert (Path(program).name, command) == ("survey", "serve")
    context = serve.make_context("serve", options)
    said_of = {name: context.params[name] for name in ("host", "port", "workers")}
    assert said_of == {"host": "127.0.0.1", "port": 8000, "workers": 4}
    environment = dict(word.split("=", 1) for word in said("Environment"))
    settings = read_settings(environment)
    assert (settings.secure, settings.trusted_proxies) == (True, 1)
    assert str(settings.home) == f"/var/lib/{said('StateDirectory')[0]}"


def test_the_unit_reaches_nothing_but_its_own_folder() -> None:
    assert said("ProtectSystem") == ["strict"]
    assert said("ReadWritePaths") == []
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert said(name) == ["yes"]
    assert said("UMask") == ["0077"]
    assert said("User") == ["gongping"]


def test_what_the_program_prints_goes_to_the_journal_and_no_dump_is_made() -> None:
    assert (said("StandardOutput"), said("StandardError")) == (["journal"], ["journal"])
    assert said("LimitCORE") == ["0"]


def test_the_proxy_speaks_tls_with_forward_secrecy_and_leads_people_alone_to_it() -> None:
    text = PROXY.read_text("utf-8")
    [protocols] = re.findall(r"ssl_protocols ([^;]+);", text)
    assert protocols.split() == ["TLSv1.2", "TLSv1.3"]
    [ciphers] = re.findall(r"ssl_ciphers ([^;]+);", text)
    assert all(
        re.fullmatch(r"ECDHE-\w+-(AES\d+-GCM|CHACHA20)-\w+", it) for it in ciphers.split(":")
    )
    plain = text[text.index("listen 80;") : text.index("listen 443")]
    assert "return 301 https://" in plain
    assert re.search(r"location = /metrics \{\s*return 403;", plain)
    assert re.findall(r"server ([\d.]+):\d+;", text) == [
        "127.0.0.1"
    ]  # one machine, no wire between
    assert "X-Forwarded-For $remote_addr" in text


def test_the_office_and_the_figures_of_the_server_can_be_kept_inside() -> None:
    """Every address of the office is where its own network can be named; figures already are."""
    text = PROXY.read_text("utf-8")
    offices = re.findall(r"location ~? ?\^?/office[^{]*\{(.*?)\n    \}", text, re.DOTALL)
    assert len(offices) == text.count("/office") - text.count("who reaches /office")
    assert all("# allow 10.20.0.0/16;" in each and "# deny all;" in each for each in offices)
    [figures] = re.findall(r"location = /metrics \{\s*allow(.*?)\}", text, re.DOTALL)
    assert "deny all;" in figures
