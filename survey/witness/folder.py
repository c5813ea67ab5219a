"""The folder of a witness: its key, the ledgers it was told to trust, what it last saw of each.

No database and no network: a folder on a colleague's PC, which is to be kept like its key.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.ledger.heads_file import write_whole
from survey.ledger.notes.note import COSIGNER, LOG, NoteKey, is_name, note_key, read_key
from survey.problems import Refused, Unfit
from survey.site.keys import private_file
from survey.site.locks import in_turn

_NAME, _KEY, _LOGS, _LOCK = "witness.json", "witness.pem", "logs", "witness.lock"
_NOTHING = hashlib.sha256(b"").hexdigest()
_LONGEST_NAME = 100
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ledger as a witness knows it: whose signature counts, and what was last cosigned."""

    key: NoteKey
    size: int = 0
    root: str = _NOTHING
    checkpoint: str = ""

    @property
    def origin(self) -> str:
        """The name of the ledger."""
        return self.key.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness opened: who it is, and its folder."""

    folder: Path
    name: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> NoteKey:
        """The key by which its cosignatures are checked."""
        return note_key(self.name, self.key, kind=COSIGNER)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder from looking up what was seen until the new is on the disk."""
        with in_turn(self.folder / _LOCK):
            yield

    def seen(self, origin: str) -> Seen | None:
        """Return what is known of a ledger; None where nobody said to trust it.

        Raises Unfit where it cannot be read: a witness that forgot would sign a second history.
        """
        seen = self.by_hash(origin_hash(origin))
        if seen is not None and seen.origin != origin:
            raise _damaged(self._place(origin))
        return seen

    def by_hash(self, digest: str) -> Seen | None:
        """Return a ledger by the digest of its name, as addresses tell it; raises as `seen`."""
        path = self.folder / _LOGS / f"{digest}.json"
        return _read(path) if _DIGEST.fullmatch(digest) and path.exists() else None

    def keep(self, seen: Seen) -> None:
        """Put on the disk what was seen; returns when it is there."""
        said = {
            "key": seen.key.text,
            "size": seen.size,
            "root": seen.root,
            "checkpoint": seen.checkpoint,
        }
        write_whole(self._place(seen.origin), _json(said))

    def all_seen(self) -> list[Seen]:
        """Return all ledgers that are trusted, by name."""
        paths = (self.folder / _LOGS).glob("[!.]*.json")
        return sorted(map(_read, paths), key=lambda seen: seen.origin)

    def _place(self, origin: str) -> Path:
        return self.folder / _LOGS / f"{origin_hash(origin)}.json"


def make_witness(folder: Path, *, name: str) -> Witness:
    """Make the folder of a new witness, with a key of its own.

    Raises Refused for a name that cannot stand in a signature, and where there is a witness.
    """
    if not is_name(name) or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused.of(
            field="--name",
            zh=f"名称不能含空格和加号，最多 {_LONGEST_NAME} 个字，如 安澜县统计局",
            en=f"holds no blanks and no plus, {_LONGEST_NAME} characters at most, as stats.anlan",
        )
    if (folder / _NAME).exists():
        raise Refused.of(
            file=str(folder),
            zh="这个文件夹里已有见证方；换一把密钥会使以前的签名对不上，请另选文件夹",
            en="there is a witness in this folder; a new key would disown its signatures: choose"
            " another folder",
        )
    (folder / _LOGS).mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    private_file(folder / _KEY, pem)
    write_whole(folder / _NAME, _json({"name": name}))
    return open_witness(folder)


def open_witness(folder: Path) -> Witness:
    """Return the witness of a folder; raises Refused where there is none, or it is damaged."""
    try:
        name = json.loads((folder / _NAME).read_bytes())["name"]
        key = serialization.load_pem_private_key((folder / _KEY).read_bytes(), password=None)
    except FileNotFoundError as error:
        raise Refused.of(
            file=str(folder),
            zh="这里没有见证方；请先运行 survey witness init",
            en="there is no witness here; run `survey witness init` first",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder / _KEY) from error
    if not isinstance(key, Ed25519PrivateKey) or not isinstance(name, str):
        raise _damaged(folder / _KEY)
    return Witness(folder=folder, name=name, key=key)


def trust(witness: Witness, key: NoteKey) -> Seen:
    """Let a witness sign for a ledger from now on.

    One that is known keeps what was seen of it; raises Refused where it has another key.
    """
    with witness.alone():
        known = witness.seen(key.name)
        if known is not None and known.key != key:
            raise Refused.of(
                field=key.name,
                zh="这本存证已用另一把公钥登记；评议办换了密钥须书面说明，并另建见证文件夹",
                en="this ledger is known by another key; an office that replaced its key has to"
                " say so on paper, and needs a new folder",
            )
        seen = known or Seen(key=key)
        witness.keep(seen)
    return seen


def origin_hash(origin: str) -> str:
    """Return the digest by which addresses tell a ledger."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _read(path: Path) -> Seen:
    try:
        said = json.loads(path.read_bytes())
        seen = Seen(
            key=read_key(said["key"], kind=LOG),
            size=int(said["size"]),
            root=bytes.fromhex(said["root"]).hex(),
            checkpoint=str(said["checkpoint"]),
        )
    except (ValueError, KeyError, TypeError, Refused) as error:
        raise _damaged(path) from error
    return seen


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _damaged(path: Path) -> Unfit:
    return Unfit.of(
        file=path.name,
        zh="见证文件夹里的这个文件坏了或被改过，没有签名；请保留原样并告知监察人员，切勿删除后重来",
        en="this file of the witness is damaged or was altered, so nothing was signed; leave it as"
        " it is and tell the inspector, never delete it to begin again",
    )
