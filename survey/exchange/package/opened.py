"""A package opened: every file as its manifest lists it, and the manifest signed."""

import base64
import binascii
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey.appraisal.folder_run import RESPONSES
from survey.appraisal.record import AppraisalRecord, ScoreDocument
from survey.canonical import JsonObject
from survey.exchange.package import names
from survey.exchange.package.container import Archive, unpacked
from survey.exchange.package.documents import (
    Codes,
    CommittedSaid,
    Heads,
    Kind,
    Listed,
    Manifest,
    Meanings,
    Run,
    misshapen,
    objects_in,
    shaped,
)
from survey.exchange.package.seen import AnswersSeen, seen_of
from survey.exchange.package.stated import Opening, read_openings
from survey.ledger.checker import Head
from survey.ledger.committed.commitments import Statement
from survey.ledger.tree import PackedTree
from survey.problems import Problem, Refused
from survey.verification.signature import key_id, public_key

NEEDED = (
    *(names.README_ZH, names.README_EN, names.SCORES, names.APPRAISAL, names.RUN, names.CODES),
    *(names.VERSIONS, names.KEY, names.LEAVES, names.HEADS),
)
_OPENED = (names.OPENINGS, names.MEANINGS)
_MAY_BE = (*_OPENED, names.COMMITTED)
ANSWERS = names.FOLDER + RESPONSES
T = TypeVar("T")
_LEAF_LINE, _LEAVES_AT_ONCE = 65, 1 << 14
# What content can make a reader of it raise: it is somebody else's.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package whose files are those its manifest lists, under a signature that holds.

    Documents are read once, however many checks ask for them; nobody changes what was read. What
    has a line for each answer is read line by line.
    """

    name: str
    files: Archive
    manifest: Manifest
    key: str
    _read: dict[str, JsonObject] = field(default_factory=dict)

    @property
    def has_openings(self) -> bool:
        """Whether it says what each leaf was made of."""
        return names.OPENINGS in self.files

    def document(self, file: str) -> JsonObject:
        """Return a JSON file as it stands, for digests and signatures; raises Refused at none."""
        if file not in self._read:
            try:
                content = json.loads(self.files[file].decode())
            except (ValueError, RecursionError) as error:
                raise Refused([misshapen(file)]) from error
            if not isinstance(content, dict):
                raise Refused([misshapen(file)])
            self._read[file] = content
        return self._read[file]

    @cached_property
    def scores(self) -> ScoreDocument:
        """The scores as released; raises Refused, as all of these, at what they do not say."""
        return self._shaped(ScoreDocument, names.SCORES)

    @cached_property
    def record(self) -> AppraisalRecord:
        """The record of the run."""
        return AppraisalRecord.from_dict(self.document(names.APPRAISAL), file=names.APPRAISAL)

    @cached_property
    def run(self) -> Run:
        """What is on record of the run."""
        return self._shaped(Run, names.RUN)

    @cached_property
    def codes(self) -> Codes:
        """The codes that were issued."""
        return self._shaped(Codes, names.CODES)

    @cached_property
    def records(self) -> dict[str, str]:
        """What the last head seals besides answers."""
        return self._shaped(Heads, names.HEADS).records

    @cached_property
    def heads(self) -> list[Head]:
        """The heads in their order, each as it was signed."""
        self._shaped(Heads, names.HEADS)
        return list(objects_in(self.document(names.HEADS), "heads"))

    @cached_property
    def committed(self) -> CommittedSaid | None:
        """The codes that were committed; None where none were."""
        if names.COMMITTED not in self.files:
            return None
        return self._shaped(CommittedSaid, names.COMMITTED)

    @cached_property
    def statements(self) -> list[Statement]:
        """What was committed, in its order, each as it was sealed."""
        if self.committed is None:
            return []
        return list(objects_in(self.document(names.COMMITTED), "commitments"))

    @cached_property
    def meanings(self) -> Meanings:
        """What the numbers in openings stand for."""
        return self._shaped(Meanings, names.MEANINGS)

    def _shaped(self, kind: type[T], file: str) -> T:
        return shaped(kind, self.document(file), file=file)

    def table(self, file: str) -> Iterator[list[str]]:
        """Yield the heading and the rows of a CSV file; raises Refused at a row that is none."""
        with self.files.open(file) as content, io.TextIOWrapper(content, newline="") as text:
            reader = csv.reader(text, strict=True)
            n = 0
            try:
                heading = next(reader, [])
                yield heading
                for n, row in enumerate(reader, start=1):
                    if len(row) != len(heading):
                        raise Refused([_of_another_width(file, n, len(row), len(heading))])
                    yield row
            except (csv.Error, UnicodeDecodeError) as error:
                raise Refused([misshapen(file, row=n + 2)]) from error

    @cached_property
    def answers(self) -> AnswersSeen:
        """What is to be known of the answers of the folder together; raises as `table` does."""
        return seen_of(self.table(ANSWERS), file=ANSWERS)

    def openings(self) -> Iterator[Opening]:
        """Yield what each leaf was made of; raises Refused at a line that is none.

        None where the package has no openings.
        """
        if self.has_openings:
            with self.files.open(names.OPENINGS) as lines:
                yield from read_openings(lines)

    @cached_property
    def leaves(self) -> PackedTree:
        """The leaves in their order, with the tree over them; raises Refused at no leaf."""
        packed = bytearray()
        with self.files.open(names.LEAVES) as lines:
            while text := lines.read(_LEAVES_AT_ONCE * _LEAF_LINE):
                packed += _leaves_in(text)
        return PackedTree(bytes(packed))

    def places(self) -> list[str]:
        """Return the files of the folder that scores are computed from, without it."""
        start = len(names.FOLDER)
        return [name[start:] for name in sorted(self.files) if name.startswith(names.FOLDER)]


def _leaves_in(text: bytes) -> bytes:
    try:
        leaves = bytes.fromhex(text.decode())
    except ValueError as error:
        raise Refused([misshapen(names.LEAVES)]) from error
    if f"{leaves.hex(chr(10), 32)}\n".encode() != text:
        raise Refused([misshapen(names.LEAVES)])
    return leaves


def wrong(file: str, zh: str, en: str, *, row: int | None = None, field: str = "") -> Problem:
    """Return what is wrong with a file of a package."""
    return Problem(file=file, row=row, field=field, zh=zh, en=en)


@contextmanager
def open_package(path: Path, *, key: str) -> Iterator[Package]:
    """Open a package; without a `key` the one that it brings along is used.

    Raises Refused with all that is wrong with the archive, its manifest and the signature.
    """
    with unpacked(path, file=path.name) as files:
        yield _signed(path.name, files, key)


def _signed(name: str, files: Archive, key: str) -> Package:
    try:
        manifest = _manifest(files)
        signer = key or files[names.KEY].decode().splitlines()[0]
        public, signature = public_key(signer), base64.b64decode(files[names.SIGNATURE])
        problems = [
            *_differing(files, manifest.files),
            *_key(files, manifest, public, given=bool(key)),
        ]
        opened = set(_OPENED) & set(files)
        odd = bool(opened) != (opened == set(_OPENED)) or bool(opened) != manifest.openings
    except (*UNREADABLE, binascii.Error) as error:
        raise Refused([_unreadable(names.MANIFEST, error)]) from error
    try:
        public.verify(signature, files[names.MANIFEST])
    except InvalidSignature:
        problems.append(
            wrong(names.SIGNATURE, "清单的签名不对", "the manifest’s signature is wrong")
        )
    if odd:
        problems.append(_unknown())
    if problems:
        raise Refused(problems)
    return Package(name=name, files=files, manifest=manifest, key=signer)


def _manifest(files: Archive) -> Manifest:
    content = json.loads(files[names.MANIFEST].decode())
    said = shaped(Kind, content, file=names.MANIFEST)
    if (said.kind, said.version) != (names.KIND, names.VERSION):
        raise Refused([_unknown()])
    return shaped(Manifest, content, file=names.MANIFEST)


def _unknown() -> Problem:
    zh, en = "不是本版程序认识的发布包", "is of no package that this version knows"
    return wrong(names.MANIFEST, zh, en)


def _of_another_width(file: str, place: int, n_cells: int, n_named: int) -> Problem:
    return wrong(
        file,
        f"有 {n_cells} 格，表头有 {n_named} 格：不是本系统写出的，这一行改动过；请保留原包，"
        "向评议办公室另要一份发布包",
        f"has {n_cells} cells, the heading {n_named}: this program writes no such row, it was"
        " changed; keep this package and ask the office for another one",
        row=place + 1,
    )


def _differing(files: Archive, listed: dict[str, Listed]) -> list[Problem]:
    """Name every file that is missing, too many, or not the one the manifest lists."""
    problems = []
    here = set(files) - {names.MANIFEST, names.SIGNATURE}
    for name in sorted({*here, *listed, *NEEDED}):
        if name not in here:
            problems.append(wrong(name, "缺少这个文件", "is missing"))
        elif name not in listed or not (name in NEEDED + _MAY_BE or name.startswith(names.FOLDER)):
            problems.append(wrong(name, "多出的文件，清单上没有", "is not on the manifest"))
        elif listed[name] != Listed(sha256=files.digest(name), size=files.size(name)):
            problems.append(
                wrong(
                    name, "与清单上的校验值不同，被改动过", "was altered: not as the manifest says"
                )
            )
    return problems


def _key(
    files: Archive, manifest: Manifest, public: Ed25519PublicKey, *, given: bool
) -> list[Problem]:
    """Compare the key that is used with the one the manifest and the key's file name."""
    brought = files[names.KEY].decode().splitlines()
    raw = base64.b64decode(brought[0])
    same = len(brought) == 2 and brought[1] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    if same and manifest.key_id == key_id(public) == hashlib.sha256(raw).hexdigest()[:16]:
        return []
    whose = ("与 --key 给出的公钥不符", "is not the key given by --key")
    return [
        wrong(names.KEY, *(whose if given else ("与清单或指纹不符", "is not the manifest’s key")))
    ]


def _unreadable(file: str, error: Exception) -> Problem:
    name = type(error).__name__
    return wrong(file, f"读不懂（{name}）", f"cannot be read ({name})")


def unreadable(file: str, error: Exception) -> Problem:
    """Return that a file is not in the form that this program writes."""
    return _unreadable(file, error)
