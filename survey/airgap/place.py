"""The folder that a receiving side keeps: accepted parcels, those that wait, those refused.

What is accepted stands there as it came, in a folder of its number that appears whole or not at
all, so there is no list beside it that could say otherwise.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp

from survey.airgap.disk import read_plain, write_whole
from survey.airgap.parcel import SCORES, Parcel, reopen_parcel
from survey.ledger.heads_file import sync_folder
from survey.problems import Problem, Refused

PARCEL = "parcel.zip"

_UNFINISHED = ".taking-"
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 60


class Place:
    """A receiving side's folder: one series of one sender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.accepted = folder / "accepted"
        self.waiting = folder / "waiting"
        self.quarantine = folder / "quarantine"
        self.receipts = folder / "receipts"

    def make(self) -> None:
        """Make what is missing, and clear away what a run that was cut off left half."""
        for each in (self.accepted, self.waiting, self.quarantine, self.receipts):
            each.mkdir(parents=True, exist_ok=True)
        for left in self.accepted.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)

    def numbers(self) -> list[int]:
        """Return the numbers of what was accepted, in their order."""
        if not self.accepted.is_dir():
            return []
        return sorted(int(each.name) for each in self.accepted.iterdir() if each.name.isdigit())

    def content(self, number: int) -> bytes:
        """Return an accepted parcel as it came."""
        return (self.accepted / f"{number:06}" / PARCEL).read_bytes()

    def parcel(self, number: int) -> Parcel:
        """Return an accepted parcel; raises Refused where it was altered here since."""
        return reopen_parcel(self.content(number), file=f"{number:06}/{PARCEL}")

    def take(self, parcel: Parcel) -> None:
        """Let a parcel appear whole among the accepted ones."""
        draft = Path(mkdtemp(prefix=_UNFINISHED, dir=self.accepted))
        draft.chmod(0o750)
        for name, content in {**parcel.files, PARCEL: parcel.content}.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        draft.rename(self.accepted / f"{parcel.number:06}")
        sync_folder(self.accepted)
        (self.waiting / parcel.name).unlink(missing_ok=True)

    def wait(self, parcel: Parcel) -> None:
        """Keep a parcel until the one before it comes."""
        path = self.waiting / parcel.name
        if not path.exists():
            write_whole(path, parcel.content)

    def refuse(self, name: str, content: bytes | None, problem: Problem) -> Path:
        """Keep what was refused apart, with a text that says why; return the text's path.

        The same bytes are kept once, however often they are brought. What cannot be read as a
        plain file is told of and not kept.
        """
        mark = hashlib.sha256(content if content is not None else name.encode()).hexdigest()[:16]
        kept = self.quarantine / f"{mark}-{_ODD.sub('_', name)[:_LONGEST_NAME]}"
        if content is not None and not kept.exists():
            write_whole(kept, content)
        told = kept.with_name(f"{kept.name}.txt")
        write_whole(told, f"{problem.text('zh')}\n\n{problem.text('en')}\n".encode())
        return told


def score_documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each score document that a receiving side's folder has accepted.

    Read from the parcels as they came, not from what stands beside them. Who signed the documents
    is for whoever takes them to judge.

    Raises Refused where an accepted parcel was altered since.
    """
    place = Place(folder)
    for number in place.numbers():
        yield from _scores(place.parcel(number).files)


def _scores(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    return [(name, files[name]) for name in sorted(files) if name.startswith(SCORES)]


def read_offered(folder: Path) -> Iterator[tuple[Path, bytes | Refused]]:
    """Yield the files of a folder that could be parcels, by name, each read or refused."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".zip" or path.name.startswith("."):
            continue
        try:
            yield path, read_plain(path)
        except Refused as refused:
            yield path, refused
