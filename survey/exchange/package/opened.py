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
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey.appraisal.folder_run import RESPONSES
from survey.exchange.package import names
from survey.exchange.package.container import Archive, unpacked
from survey.exchange.package.seen import AnswersSeen, seen_of
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
_LEAF_LINE, _LEAVES_AT_ONCE = 65, 1 << 14
# What content can make a reader of it raise: it is somebody else's.
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError),
    csv.Error,
)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package whose files are those its manifest lists, under a signature that holds.

    Documents are read once, however many checks ask for them; nobody changes what was read. What
    has a line for each answer is read line by line.
    """

    name: str
    files: Archive
    manifest: dict[str, Any]
    key: str
    _read: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def has_openings(self) -> bool:
        """Whether it says what each leaf was made of."""
        return names.OPENINGS in self.files

    def document(self, file: str) -> dict[str, Any]:
        """Return a JSON file; raises ValueError where it is none, or no object."""
        if file not in self._read:
            content = json.loads(self.files[file].decode())
            if not isinstance(content, dict):
                raise TypeError(file)
            self._read[file] = content
        return self._read[file]

    def table(self, file: str) -> Iterator[list[str]]:
        """Yield the heading and the rows of a CSV file; raises csv.Error or ValueError."""
        with self.files.open(file) as content, io.TextIOWrapper(content, newline="") as text:
            reader = csv.reader(text, strict=True)
            heading = next(reader, [])
            yield heading
            for row in reader:
                if len(row) != len(heading):
                    raise csv.Error(file)
                yield row

    @cached_property
    def answers(self) -> AnswersSeen:
        """What is to be known of the answers of the folder together; raises as `table` does."""
        return seen_of(self.table(ANSWERS))

    def openings(self) -> Iterator[dict[str, Any]]:
        """Yield what each leaf was made of; raises ValueError or TypeError at a line that is none.

        None where the package has no openings.
        """
        if self.has_openings:
            with self.files.open(names.OPENINGS) as lines:
                for line in lines:
                    opening = json.loads(line.decode())
                    yield {**opening, "stated": json.loads(opening["content"])}

    @cached_property
    def leaves(self) -> PackedTree:
        """The leaves in their order, with the tree over them; raises ValueError at no leaf."""
        packed = bytearray()
        with self.files.open(names.LEAVES) as lines:
            while text := lines.read(_LEAVES_AT_ONCE * _LEAF_LINE):
                leaves = bytes.fromhex(text.decode())
                if f"{leaves.hex(chr(10), 32)}\n".encode() != text:
                    raise ValueError(names.LEAVES)
                packed += leaves
        return PackedTree(bytes(packed))

    def places(self) -> list[str]:
        """Return the files of the folder that scores are computed from, without it."""
        start = len(names.FOLDER)
        return [name[start:] for name in sorted(self.files) if name.startswith(names.FOLDER)]


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
        manifest = json.loads(files[names.MANIFEST].decode())
        listed, said = manifest["files"], (manifest["kind"], manifest["version"])
        signer = key or files[names.KEY].decode().splitlines()[0]
        public, signature = public_key(signer), base64.b64decode(files[names.SIGNATURE])
        problems = [*_differing(files, listed), *_key(files, manifest, public, given=bool(key))]
        opened = set(_OPENED) & set(files)
        odd = bool(opened) != (opened == set(_OPENED)) or bool(opened) != manifest["openings"]
    except (*UNREADABLE, binascii.Error) as error:
        raise Refused([_unreadable(names.MANIFEST, error)]) from error
    try:
        public.verify(signature, files[names.MANIFEST])
    except InvalidSignature:
        problems.append(
            wrong(names.SIGNATURE, "清单的签名不对", "the manifest’s signature is wrong")
        )
    if said != (names.KIND, names.VERSION) or odd:
        problems.append(
            wrong(
                names.MANIFEST,
                "不是本版程序认识的发布包",
                "is of no package that this version knows",
            )
        )
    if problems:
        raise Refused(problems)
    return Package(name=name, files=files, manifest=manifest, key=signer)


def _differing(files: Archive, listed: dict[str, Any]) -> list[Problem]:
    """Name every file that is missing, too many, or not the one the manifest lists."""
    problems = []
    here = set(files) - {names.MANIFEST, names.SIGNATURE}
    for name in sorted({*here, *listed, *NEEDED}):
        if name not in here:
            problems.append(wrong(name, "缺少这个文件", "is missing"))
        elif name not in listed or not (name in NEEDED + _MAY_BE or name.startswith(names.FOLDER)):
            problems.append(wrong(name, "多出的文件，清单上没有", "is not on the manifest"))
        elif listed[name] != {
            "sha256": files.digest(name),
            "size": files.size(name),
        }:
            problems.append(
                wrong(
                    name, "与清单上的校验值不同，被改动过", "was altered: not as the manifest says"
                )
            )
    return problems


def _key(
    files: Archive, manifest: dict[str, Any], public: Ed25519PublicKey, *, given: bool
) -> list[Problem]:
    """Compare the key that is used with the one the manifest and the key's file name."""
    brought = files[names.KEY].decode().splitlines()
    raw = base64.b64decode(brought[0])
    same = len(brought) == 2 and brought[1] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    if same and manifest["key_id"] == key_id(public) == hashlib.sha256(raw).hexdigest()[:16]:
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
