"""The shipped files start this program with settings it knows, and shut off all else."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from deploy.fill import EXAMPLE, MACHINES, fill, read
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


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The files of several machines, filled with the example's addresses and passwords."""
    fill(read(EXAMPLE), tmp_path)
    return tmp_path


def test_files_of_several_machines_are_filled_whole_and_private(filled: Path) -> None:
    written = [path for path in filled.rglob("*") if path.is_file()]
    assert {path.relative_to(filled).parts[0] for path in written} == set(MACHINES)
    for path in written:
        assert re.findall(r"@[A-Z][A-Z0-9_]*@", path.read_text("utf-8")) == [], path
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_node_is_set_to_what_the_program_knows_and_stands_behind_one_proxy(filled: Path) -> None:
    lines = (filled / "node-1/etc/gongping/gongping.env").read_text("utf-8").splitlines()
    said = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    settings = read_settings(said)
    assert (settings.secure, settings.trusted_proxies) == (True, 1)
    pooler = ConfigParser()
    pooler.read(filled / "node-1/etc/pgbouncer/pgbouncer.ini")
    url = sa.make_url(settings.database_url)
    own = pooler["pgbouncer"]
    assert (url.host, str(url.port)) == (own["listen_addr"], own["listen_port"])
    assert url.database in pooler["databases"]
    assert own["pool_mode"] in {"transaction", "session"}
    assert f'"{url.username}" "{url.password}"' in (
        filled / "node-1/etc/pgbouncer/userlist.txt"
    ).read_text("utf-8")
    proxy = (filled / "node-1/etc/haproxy/haproxy.cfg").read_text("utf-8")
    assert re.search(rf"bind 127.0.0.1:{_port_of(pooler['databases']['gongping'])}\b", proxy)


def _port_of(said: str) -> str:
    [port] = re.findall(r"port=(\d+)", said)
    return port


def test_the_edge_passes_addresses_on_as_nginx_wrote_them_and_logs_nothing(filled: Path) -> None:
    [upstream] = re.findall(r"server ([\d.]+:\d+);", PROXY.read_text("utf-8"))
    for machine in ("edge", "node-1"):
        text = (filled / machine / "etc/haproxy/haproxy.cfg").read_text("utf-8")
        commands = [line.split("#")[0].strip() for line in text.splitlines()]
        assert "option forwardfor" not in commands
        assert [line for line in commands if re.match(r"log\b|option (http|tcp)log", line)] == []
    assert f"bind {upstream}" in (filled / "edge/etc/haproxy/haproxy.cfg").read_text("utf-8")


def test_commits_wait_for_the_standby_which_alone_may_take_over(filled: Path) -> None:
    names = set()
    for machine in ("database-1", "database-2"):
        said = yaml.safe_load((filled / machine / "etc/patroni/config.yml").read_text("utf-8"))
        kept = said["bootstrap"]["dcs"]
        assert kept["synchronous_mode"] is True
        assert kept["loop_wait"] + 2 * kept["retry_timeout"] <= kept["ttl"]
        set_to = kept["postgresql"]["parameters"]
        assert (set_to["fsync"], set_to["synchronous_commit"]) == ("on", "on")
        assert "statement_timeout" not in set_to
        own = said["postgresql"]["connect_address"].partition(":")[0]
        assert said["etcd3"]["hosts"][0].startswith(f"{own}:")  # its own machine's first
        assert all(rule.startswith(("local", "hostssl")) for rule in said["postgresql"]["pg_hba"])
        names.add(said["name"])
    assert names == {"database-1", "database-2"}


def test_etcd_has_three_members_who_show_certificates(filled: Path) -> None:
    members = set()
    for machine in ("database-1", "database-2", "edge"):
        said = yaml.safe_load((filled / machine / "etc/gongping/etcd.yml").read_text("utf-8"))
        assert said["client-transport-security"]["client-cert-auth"] is True
        assert said["peer-transport-security"]["client-cert-auth"] is True
        assert f"{said['name']}={said['initial-advertise-peer-urls']}" in said["initial-cluster"]
        members.add(said["initial-cluster"])
    [cluster] = members
    assert cluster.count("https://") == 3
