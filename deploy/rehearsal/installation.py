"""The whole installation of `docs/several-machines.md` on machines of a rehearsal."""

from __future__ import annotations

import json
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.fill import EXAMPLE, MACHINES, fill, read
from deploy.rehearsal.certificates import certify, make_authority
from deploy.rehearsal.machines import Keeper, Machine, Program, make_switch

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("etcd", "patroni", "haproxy", "pgbouncer", "nginx")
DATABASES, NODES, EDGE = ("database-1", "database-2"), ("node-1", "node-2"), "edge"

_PATIENCE_SECONDS = 200.0
_TOLD_LINES = 6
_PSQL = "/usr/lib/postgresql/15/bin/psql"
_HOME = "/var/lib/gongping"
# What nodes share: keys, which are made while residents answer and destroyed afterwards, files made
# by jobs, and heads that were signed.
_SHARED, _SHARED_FOLDERS, _SHARED_FILE = "/srv/gongping", ("keys", "made"), "heads.jsonl"
_TLS = "etc/gongping/tls"
_ETCD = Program(command=["etcd", "--config-file", "/etc/gongping/etcd.yml"], user="etcd")
_PATRONI = Program(command=["patroni", "/etc/patroni/config.yml"], user="postgres")
_HAPROXY = Program(command=["haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"])
_PGBOUNCER = Program(command=["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"], user="postgres")
_NGINX = Program(command=["nginx", "-g", "daemon off;"])


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The machines of an installation that serves, and where its residents come in."""

    machines: Mapping[str, Machine]
    host: str
    address: str
    authority: Path
    campaign: str
    addresses: list[str]

    def primary(self) -> str | None:
        """Return the database that is the primary; None while there is none."""
        names = [each["Member"] for each in self.members() if _leads(each)]
        return names[0] if names else None

    def is_whole(self) -> bool:
        """Tell whether the standby has all that the primary has, and every node is ready."""
        members = self.members()
        roles = sorted(str(each["Role"]) for each in members if each["State"] in _WELL)
        return roles == ["Leader", "Sync Standby"] and all(map(self._is_ready, NODES))

    def members(self) -> list[dict[str, Any]]:
        """Return the databases as Patroni sees them, asked of whichever answers."""
        for name in DATABASES:
            if self.machines[name].is_on:
                try:
                    said = self.machines[name].run(*_LISTING, user="postgres")
                    found: list[dict[str, Any]] = json.loads(said)
                except (RuntimeError, ValueError):
                    continue
                return found
        return []

    def sql(self, machine: str, statement: str) -> list[str]:
        """Ask one database, on its own machine."""
        asked = [_PSQL, "-h", "/run/postgresql", "-AtX", "-d", "gongping", "-c", statement]
        return self.machines[machine].run(*asked, user="postgres").split()

    def survey(self, *words: str) -> str:
        """Run a command of the program on the first node."""
        return _as_program(self.machines[NODES[0]], "-m", "survey", *words)

    def _is_ready(self, node: str) -> bool:
        try:
            self.machines[node].run("curl", "-fsm2", "http://127.0.0.1:8000/readyz")
        except RuntimeError:
            return False
        return True


_WELL = {"running", "streaming"}
_LISTING = ("patronictl", "-c", "/etc/patroni/config.yml", "list", "-f", "json")


@contextmanager
def rehearsed(folder: Path, *, say: Callable[[str], None]) -> Iterator[Rehearsal]:
    """Set the installation up, wait until it is whole, and give it; everything ends with it."""
    table = _table()
    addresses: dict[str, str] = table["addresses"]
    network, _slash, prefix = addresses["network"].partition("/")
    make_switch(f"{network.rpartition('.')[0]}.1/{prefix}")
    say("machines")
    machines = {
        name: Machine(
            name,
            address=addresses[name.replace("-", "_")],
            prefix=int(prefix),
            folder=folder,
        )
        for name in MACHINES
    }
    fill(table, folder)
    _prepare(machines, folder, host=table["host"])
    with Keeper(machines), _told(machines, say):
        _start_databases(machines, table, say)
        said = _start_nodes(machines, folder, say)
        machines[EDGE].start("haproxy", _copy(_HAPROXY))
        machines[EDGE].start("nginx", _copy(_NGINX))
        rehearsal = Rehearsal(
            machines=machines,
            host=table["host"],
            address=addresses["edge"],
            authority=folder / "authority/ca.crt",
            campaign=said["campaign"],
            addresses=said["addresses"],
        )
        wait_until(rehearsal.is_whole, "the installation is whole")
        yield rehearsal


def wait_until(true: Callable[[], bool], what: str, *, within: float = _PATIENCE_SECONDS) -> None:
    """Wait until something holds; raises TimeoutError saying what did not come about."""
    until = time.monotonic() + within
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(f"not within {within:.0f} s: {what}")
        time.sleep(0.25)


@contextmanager
def _told(machines: Mapping[str, Machine], say: Callable[[str], None]) -> Iterator[None]:
    """Tell the end of every log where something goes wrong: they are gone afterwards."""
    try:
        yield
    except BaseException:
        for machine in machines.values():
            for path in sorted(machine.folder.glob("*.log")):
                lines = path.read_text("utf-8", "replace").splitlines()[-_TOLD_LINES:]
                say("\n".join([f"--- {machine.name} {path.stem}", *lines]))
        raise


def _table() -> dict[str, Any]:
    """Return the example's addresses, with passwords of this rehearsal alone."""
    table = read(EXAMPLE)
    return table | {"passwords": {name: secrets.token_hex(16) for name in table["passwords"]}}


def _prepare(machines: Mapping[str, Machine], folder: Path, *, host: str) -> None:
    """Give each machine its certificate, users and folders, as an engineer would."""
    authority = folder / "authority"
    make_authority(authority)
    for name, machine in machines.items():
        tls = machine.folder / _TLS
        certify(authority, tls, name=name, names=f"DNS:{name},IP:{machine.address}")
        machine.run("chown", "-R", "root:ssl-cert", "/etc/gongping")
        machine.run("chmod", "-R", "u=rwX,g=rX,o=", "/etc/gongping")
    for name in (*DATABASES, EDGE):
        _prepare_etcd(machines[name])
    for name in DATABASES:
        _prepare_database(machines[name])
    for name in NODES:
        _prepare_node(machines[name], folder)
    _prepare_edge(machines[EDGE], authority, host)


def _prepare_etcd(machine: Machine) -> None:
    machine.run("usermod", "-aG", "ssl-cert", "etcd")
    _give(machine, "etcd", "/var/lib/etcd", "0700")


def _prepare_database(machine: Machine) -> None:
    _give(machine, "postgres", "/run/postgresql", "2775")
    _give(machine, "postgres", "/var/lib/postgresql/15", "0755")
    machine.run("chown", "-R", "postgres:postgres", "/etc/patroni", "/var/lib/postgresql")


def _prepare_node(machine: Machine, folder: Path) -> None:
    machine.run("useradd", "--system", "--home-dir", _HOME, "--user-group", "gongping")
    machine.run("chown", "-R", "postgres:postgres", "/etc/pgbouncer")
    _let_reach(machine, Path(sys.base_prefix))
    _give(machine, "gongping", _HOME, "0700")
    _share(machine, folder / "shared")


def _share(machine: Machine, shared: Path) -> None:
    """Mount what nodes share, and show it in the program's own folder."""
    shared.mkdir(exist_ok=True)
    machine.run("mount", "-t", "tmpfs", "none", "/srv")
    machine.run("mkdir", _SHARED)
    machine.run("mount", "--bind", str(shared), _SHARED)
    machine.run("chown", "gongping:gongping", _SHARED)
    for name in _SHARED_FOLDERS:
        for folder in (_SHARED, _HOME):
            _give(machine, "gongping", f"{folder}/{name}", "0700")
    for folder in (_SHARED, _HOME):
        machine.run("touch", f"{folder}/{_SHARED_FILE}", user="gongping")
    for name in (*_SHARED_FOLDERS, _SHARED_FILE):
        machine.run("mount", "--bind", f"{_SHARED}/{name}", f"{_HOME}/{name}")


def _let_reach(machine: Machine, wanted: Path) -> None:
    """Show a machine's users a folder that others are shut out from here, and nothing beside it."""
    shut = [each for each in wanted.parents if not each.stat().st_mode & stat.S_IXOTH]
    if not shut:
        return
    aside, outermost = "/run/aside", str(shut[-1])
    machine.run("mkdir", aside)
    machine.run("mount", "--bind", str(wanted), aside)
    machine.run("mount", "-t", "tmpfs", "-o", "mode=755", "none", outermost)
    machine.run("mkdir", "-p", str(wanted))
    machine.run("mount", "--bind", aside, str(wanted))


def _prepare_edge(machine: Machine, authority: Path, host: str) -> None:
    """Residents see the host's own certificate, which the authority of a rehearsal makes, too."""
    made = machine.folder / "etc/ssl/gongping"
    certify(authority, made, name=host, names=f"DNS:{host}")
    (made / "machine.crt").rename(made / "fullchain.pem")
    (made / "machine.key").rename(made / "privkey.pem")
    for name in ("/var/log/nginx", "/var/lib/nginx"):
        _give(machine, "www-data", name, "0755")


def _give(machine: Machine, user: str, path: str, mode: str) -> None:
    machine.run("install", "-d", "-o", user, "-g", user, "-m", mode, path)


def _start_databases(
    machines: Mapping[str, Machine], table: Mapping[str, Any], say: Callable[[str], None]
) -> None:
    say("etcd")
    for name in (*DATABASES, EDGE):
        machines[name].start("etcd", _copy(_ETCD))
    say("the primary")
    first = machines[DATABASES[0]]
    first.start("patroni", _copy(_PATRONI))
    wait_until(lambda: _answers(first), "the first database is the primary")
    password = table["passwords"]["program"]
    for statement in (
        f"CREATE ROLE gongping LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'",
        "CREATE DATABASE gongping OWNER gongping",
        "REVOKE CONNECT ON DATABASE gongping FROM PUBLIC",
    ):
        first.run(_PSQL, "-h", "/run/postgresql", "-qX", "-c", statement, user="postgres")
    say("the standby")
    machines[DATABASES[1]].start("patroni", _copy(_PATRONI))


def _answers(machine: Machine) -> bool:
    asked = [_PSQL, "-h", "/run/postgresql", "-AtX", "-c", "SELECT pg_is_in_recovery()"]
    try:
        return machine.run(*asked, user="postgres").strip() == "f"
    except RuntimeError:
        return False


def _start_nodes(
    machines: Mapping[str, Machine], folder: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """Start the nodes; the first makes the installation and opens the campaign."""
    for name in NODES:
        machines[name].start("haproxy", _copy(_HAPROXY))
        machines[name].start("pgbouncer", _copy(_PGBOUNCER))
    say("the installation")
    first, second = (machines[name] for name in NODES)
    wait_until(lambda: _made(first), "survey init on the first node")
    _as_program(second, "-m", "survey", "init")
    said: dict[str, Any] = json.loads(_as_program(first, "-m", "deploy.rehearsal.county"))
    say("the nodes")
    for name in NODES:
        served = ["-m", "survey", "serve", "--host", "127.0.0.1", "--port", "8000"]
        program = Program(
            command=[sys.executable, *served, "--workers", "2"],
            user="gongping",
            environment=_settings(machines[name]),
            folder=_HOME,
        )
        machines[name].start("gongping", program)
    return said


def _made(machine: Machine) -> bool:
    try:
        _as_program(machine, "-m", "survey", "init")
    except RuntimeError:
        return False
    return True


def _as_program(machine: Machine, *words: str) -> str:
    return machine.run(sys.executable, *words, user="gongping", **_settings(machine))


def _settings(machine: Machine) -> dict[str, str]:
    lines = (machine.folder / "etc/gongping/gongping.env").read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _equals, value in pairs} | {"PYTHONPATH": str(ROOT)}


def _copy(program: Program) -> Program:
    return Program(command=program.command, user=program.user)


def _leads(member: Mapping[str, Any]) -> bool:
    return (member["Role"], member["State"]) == ("Leader", "running")


def clear(folder: Path) -> None:
    """Remove what a rehearsal has left on the disk."""
    shutil.rmtree(folder, ignore_errors=True)
