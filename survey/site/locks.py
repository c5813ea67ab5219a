"""One server to a home and to a port: locks that the kernel gives back when their holder dies."""

import errno
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from survey.problems import Refused

LOCK_FILE = "server.lock"

_REFUSED_SECONDS = 1.0
_WAIT_SECONDS, _RETRY_SECONDS = 10.0, 0.01
_TURN_SECONDS, _TURN_RETRY_SECONDS = 2.0, 0.0005


@contextmanager
def serving_alone(
    home: Path, *, host: str, port: int, handed: Sequence[int] = ()
) -> Iterator[tuple[int, ...]]:
    """Hold a home and a port for one server; raises Refused saying who has either.

    Two servers on one port would each get some of the residents, whose answers would lie in two
    databases; two on one home would each believe they alone seal and clean up. Gives the open files
    that hold them: a program that takes the place of this one is `handed` them and goes on holding.
    """
    if handed:
        yield tuple(handed)
        return
    with _home(home, f"http://{host}:{port}") as file, _port_name(port) as name:
        _need_free(host, port)
        yield tuple(each.fileno() for each in (file, name) if each is not None)


def is_served(home: Path) -> bool:
    """Say whether a server, or what none may run beside, has a home."""
    path = home / LOCK_FILE
    if not path.exists():
        return False
    with path.open("a+", encoding="utf-8") as file:
        return not _lock(file)


@contextmanager
def alone(home: Path, doing: str) -> Iterator[None]:
    """Hold a home for something no server may run beside; raises Refused saying who has it."""
    with _home(home, doing):
        yield


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Hold a file that others wait for; raises Refused where its holder does not come to an end."""
    until = monotonic() + _WAIT_SECONDS
    with path.open("a+", encoding="utf-8") as file:
        while not _lock(file):
            if monotonic() > until:
                raise Refused.of(
                    file=path.name,
                    zh="另一个程序一直占用着这个文件夹；请先停止它，再试一次",
                    en="another program keeps holding this folder; stop it first and try again",
                )
            sleep(_RETRY_SECONDS)
        yield


@contextmanager
def taking_turns(folder: Path) -> Iterator[None]:
    """Hold a folder in turn with other processes; who waited too long goes on without.

    It spares the sleeps of a database that is found locked, and guards nothing: where it cannot be
    held, or its holder stands still, the database's own lock decides.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415

    held = os.open(folder, os.O_RDONLY)
    try:
        until = monotonic() + _TURN_SECONDS
        while monotonic() < until:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sleep(_TURN_RETRY_SECONDS)
            else:
                break
        yield
    finally:
        os.close(held)


@contextmanager
def _home(home: Path, address: str) -> Iterator[IO[str]]:
    with (home / LOCK_FILE).open("a+", encoding="utf-8") as file:
        if not _lock(file):
            file.seek(0)
            raise _home_taken(home, file.read().strip())
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        yield file


def _lock(file: IO[str]) -> bool:
    """Lock a file for as long as this process, or a worker it made, has it open."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            file.seek(_BEYOND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


_BEYOND = 1 << 20  # what is locked on Windows cannot be read, so a byte nobody reads


@contextmanager
def _port_name(port: int) -> Iterator[socket.socket | None]:
    """Hold a name for the port from before it is listened to, against another server of ours.

    One on all addresses and one on 127.0.0.1 alone could else start in the same second. The name
    is Linux's.
    """
    if not sys.platform.startswith("linux"):
        yield None
        return
    with socket.socket(socket.AF_UNIX) as holder:
        try:
            holder.bind(f"\0gongping-{port}")
        except OSError:
            raise _port_taken(port) from None
        yield holder


def _need_free(host: str, port: int) -> None:
    """Refuse a port somebody listens on, whether on this address alone or on all of them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            if sys.platform != "win32":  # where it would let two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _port_taken(port) from None
        raise _unusable(host, port, error) from error
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - no binding
    try:
        socket.create_connection((reached, port), timeout=_REFUSED_SECONDS).close()
    except OSError:
        return
    raise _port_taken(port)  # systems that let 127.0.0.1 and all addresses be listened to apart


def _home_taken(home: Path, holder: str) -> Refused:
    process, _space, address = holder.partition(" ")
    return Refused.of(
        field="SURVEY_HOME",
        zh=f"数据目录 {home} 已有服务在运行（进程 {process}，{address}）；"
        "请先停止它，另一套系统请另设 SURVEY_HOME",
        en=f"a server of {home} is running already (process {process}, {address}); stop it first, "
        "or give another installation another SURVEY_HOME",
    )


def _port_taken(port: int) -> Refused:
    return Refused.of(
        field="--port",
        zh=f"端口 {port} 已被其他程序占用；请停止那个程序，或用 --port 换一个端口",
        en=f"port {port} is in use; stop the program that has it, or choose another by --port",
    )


def _unusable(host: str, port: int, error: OSError) -> Refused:
    reason = error.strerror or str(error)
    return Refused.of(
        field="--host",
        zh=f"无法在 {host} 的端口 {port} 上提供服务（{reason}）；请核对 --host 和 --port",
        en=f"cannot serve on {host}, port {port} ({reason}); check --host and --port",
    )
