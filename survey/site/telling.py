"""How far long work has come: a bar on a terminal, plain lines when piped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def tell(words: str) -> None:
    """Say a step on stderr, so that results on stdout stay clean."""
    click.echo(words, err=True)


@contextmanager
def counting(n: int, label: str) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more are done."""
    if sys.stderr.isatty():
        with click.progressbar(length=n, label=label, file=sys.stderr) as bar:
            yield bar.update
    else:
        yield _Lines(n, label).advance


class _Lines:
    """A line for every tenth."""

    def __init__(self, n: int, label: str) -> None:
        self._n, self._label, self._done = n, label, 0

    def advance(self, more: int) -> None:
        before = 10 * self._done // self._n
        self._done += more
        if 10 * self._done // self._n > before:
            tell(f"{self._label} {self._done}/{self._n}")
