"""Machines that are namespaces of the kernel: each with its own network, name, /etc, /var and /run.

They exist inside one namespace of processes, whose end is the end of all of them: nothing that the
rehearsal starts can outlive it, whatever happens to it. Needs Linux and root.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_INSIDE = "GONGPING_REHEARSAL"
_BRIDGE = "switch"
_AGAIN_SECONDS = 2.0  # as RestartSec= of a unit
_NEEDED = ("unshare", "nsenter", "setpriv", "ip", "mount", "useradd", "openssl")


def missing(names: tuple[str, ...] = ()) -> list[str]:
    """Return which programs a rehearsal needs and this machine does not have."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    folders = [Path(folder) for folder in path.split(":") if folder]
    wanted = (*_NEEDED, *names)
    return [name for name in wanted if not any((each / name).exists() for each in folders)]


def run_inside(module: str, words: list[str]) -> int | None:
    """Run a module in a namespace of its own; None where this process is in it already."""
    if os.environ.get(_INSIDE):
        return None
    ends_with_us = ["setpriv", "--pdeathsig", "KILL"]
    apart = ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--mount-proc"]
    command = [*ends_with_us, *apart, "--kill-child", sys.executable, "-m", module, *words]
    return subprocess.run(command, env=os.environ | {_INSIDE: "1"}, check=False).returncode


def make_switch(address: str) -> None:
    """Make what the machines are plugged into; the rehearsal itself has an address on it."""
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", _BRIDGE, "type", "bridge")
    _run("ip", "addr", "add", address, "dev", _BRIDGE)
    _run("ip", "link", "set", _BRIDGE, "up")


@dataclass(kw_only=True)
class Program:
    """A program of a machine, as systemd would start it."""

    command: list[str]
    user: str = "root"
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    process: subprocess.Popen[bytes] | None = None
    ended_at: float = 0.0

    @property
    def runs(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


class Machine:
    """One machine: its files lie in a folder over those of this system, which stay as they are."""

    def __init__(self, name: str, *, address: str, prefix: int, folder: Path) -> None:
        self.name = name
        self.address = address
        self.folder = folder / name
        self.programs: dict[str, Program] = {}
        self.is_on = True
        self._wire = f"to-{name}"[:15]
        apart = ["unshare", "--net", "--mount", "--uts"]
        self._holder = subprocess.Popen([*apart, "sleep", "infinity"])
        self._wait_for_namespaces()
        self._plug_in(prefix)
        self._mount()

    @property
    def holder(self) -> int:
        """The process whose namespaces are the machine."""
        return self._holder.pid

    def run(self, *command: str, user: str = "root", **given: str) -> str:
        """Run a command on the machine and return what it says."""
        asked = [*self._within(user), *command]
        said = subprocess.run(
            asked, capture_output=True, text=True, check=False, env=_environment(given)
        )
        if said.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(command)}\n{said.stdout}{said.stderr}")
        return said.stdout

    def start(self, name: str, program: Program) -> None:
        """Start a program, and again whenever it ends while the machine is on."""
        self.programs[name] = program
        self._begin(name, program)

    def kill(self) -> None:
        """Take the machine off without a word: nobody it spoke with is told."""
        self.is_on = False
        _run("ip", "link", "set", self._wire, "down")
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for program in self.programs.values():
            if program.process is not None:
                program.process.wait()

    def boot(self) -> None:
        """Switch the machine on again, with what its disk has."""
        _run("ip", "link", "set", self._wire, "up")
        self.is_on = True
        for name, program in self.programs.items():
            self._begin(name, program)

    def look_after(self) -> None:
        """Start again what has ended, a little later, as systemd does."""
        for name, program in self.programs.items():
            if not self.is_on or program.runs:
                continue
            if not program.ended_at:
                program.ended_at = time.monotonic()
            elif time.monotonic() - program.ended_at > _AGAIN_SECONDS:
                self._begin(name, program)

    def _begin(self, name: str, program: Program) -> None:
        program.ended_at = 0.0
        command = [*self._within(program.user), "env", "-C", program.folder, *program.command]
        with (self.folder / f"{name}.log").open("ab") as log:
            program.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=_environment(program.environment)
            )

    def _within(self, user: str) -> list[str]:
        into = ["nsenter", f"--target={self._holder.pid}", "--net", "--mount", "--uts"]
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        return into if user == "root" else [*into, *as_user]

    def _processes(self) -> list[int]:
        """Return everything that runs on the machine, but what holds it."""
        own = Path(f"/proc/{self._holder.pid}/ns/net").readlink()
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdecimal() and (entry / "ns/net").readlink() == own:
                    found.append(int(entry.name))
        return [process for process in found if process != self._holder.pid]

    def _wait_for_namespaces(self) -> None:
        ours = Path("/proc/self/ns/uts").readlink()
        while Path(f"/proc/{self._holder.pid}/ns/uts").readlink() == ours:
            time.sleep(0.01)

    def _plug_in(self, prefix: int) -> None:
        holder = str(self._holder.pid)
        pair = ["type", "veth", "peer", "name", "eth0", "netns", holder]
        _run("ip", "link", "add", self._wire, *pair)
        _run("ip", "link", "set", self._wire, "master", _BRIDGE, "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "addr", "add", f"{self.address}/{prefix}", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")
        self.run("hostname", self.name)

    def _mount(self) -> None:
        """Lay folders of its own over /etc and /var, and an empty one over /run."""
        for name in ("etc", "var"):
            upper, work = self.folder / name, self.folder / f".{name}"
            for folder in (upper, work):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o755)
            over = f"lowerdir=/{name},upperdir={upper},workdir={work}"
            self.run("mount", "-t", "overlay", "-o", over, "overlay", f"/{name}")
        self.run("mount", "-t", "tmpfs", "-o", "mode=755", "none", "/run")


class Keeper:
    """What systemd and the kernel's first process do: starts again what ended, buries the dead."""

    def __init__(self, machines: Mapping[str, Machine]) -> None:
        self._machines = machines
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self) -> Keeper:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(0.25):
            for machine in self._machines.values():
                machine.look_after()
            self._bury()

    def _bury(self) -> None:
        """Let go of processes whose parents were killed: a dead one would still seem to run."""
        ours = {
            program.process.pid
            for machine in self._machines.values()
            for program in machine.programs.values()
            if program.process is not None
        }
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] == "Z" and fields[1] == "1" and int(entry.name) not in ours:
                    os.waitpid(int(entry.name), os.WNOHANG)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    path = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
    return {"PATH": path, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **given}


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env=_environment({}))
