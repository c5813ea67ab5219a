"""Where a passphrase comes from: a file of its owner's, or the terminal."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import click

from survey.backup import words

LEAST = 12


def passphrase_from(file: Path | None, *, twice: bool) -> Callable[[], str]:
    """Return what gives the passphrase when it is needed; `twice` where a new one is made.

    Raises Refused for one that others can read, that is too short to seal with, or where there is
    neither file nor terminal.
    """

    def given() -> str:
        found = _in_file(file) if file is not None else _asked(twice=twice)
        if twice and len(found) < LEAST:
            raise words.short_passphrase(LEAST)
        return found

    return given


def _in_file(path: Path) -> str:
    if sys.platform != "win32" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise words.readable_passphrase(path)
    return path.read_bytes().rstrip(b"\r\n").decode("utf-8", "backslashreplace")


def _asked(*, twice: bool) -> str:
    if not _has_terminal():
        raise words.no_terminal()
    asked: str = click.prompt(
        "备份口令 / passphrase", hide_input=True, confirmation_prompt=twice, err=True
    )
    return asked


def _has_terminal() -> bool:
    return sys.stdin.isatty()
