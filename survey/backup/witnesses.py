"""Whether a backup is older than what anybody witnessed: its heads against those kept elsewhere.

Heads are looked for before anything is restored: in what the home holds now, in the database that
stands there, in the folders that heads go out to and come back in, in files somebody kept, and on
paper. A head that was signed proves that its answers were there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.backup import words
from survey.ledger.checker import CheckFailed, Head, check_head, fingerprint, head_digest
from survey.ledger.head import key_id
from survey.ledger.heads_file import HEADS_FILE, read_heads_file
from survey.ledger.standing import heads_stored
from survey.ledger.witnessed import read_witnessed
from survey.model import Campaign
from survey.problems import Problem

_PRINTED = re.compile(r"PRH:([^:]+):(\d+):(\d+):([0-9A-Z-]+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A head that somebody has: what it says, and where it was found."""

    campaign: str
    number: int
    size: int
    fingerprint: str
    where: str

    @property
    def name(self) -> str:
        """Return how it is called beside others."""
        return f"№{self.number} {self.fingerprint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a backup lacks of a campaign: the newest head known, and answers at least missing."""

    campaign: str
    known: Witness
    answers: int
    missing: int
    forked: bool

    def problem(self) -> Problem:
        """Say it loudly."""
        if self.forked:
            return Problem(
                file=self.known.where,
                field=self.campaign,
                zh=f"总校验码 {self.known.name} 不在备份的历史里：同一编号签了两部历史",
                en=f"the head {self.known.name} is not of the backup's history: two histories "
                "were signed under one number",
            )
        return Problem(
            file=self.known.where,
            field=self.campaign,
            zh=f"备份比已有人见证的总校验码旧：{self.known.name} 签名时有 "
            f"{self.known.size} 份答卷，备份里只有 {self.answers} 份，至少缺 {self.missing} 份",
            en=f"THE BACKUP IS OLDER than a head that was witnessed: {self.known.name} counts "
            f"{self.known.size} answers, the backup has {self.answers}: at least {self.missing} "
            "are missing",
        )

    def told(self) -> dict[str, Any]:
        """Return it for the record."""
        return {
            "campaign": self.campaign,
            "head": self.known.name,
            "answers": self.answers,
            "missing": self.missing,
        }


def printed(text: str) -> Witness:
    """Read a head as paper has it; raises Refused for anything else."""
    found = _PRINTED.fullmatch(text.strip())
    if found is None:
        raise words.unread_printed(text)
    campaign, number, size, mark = found.groups()
    return Witness(
        campaign=campaign, number=int(number), size=int(size), fingerprint=mark, where="--printed"
    )


def in_home(home: Path) -> Iterator[tuple[str, Head]]:
    """Give the heads that a home says were kept."""
    path = home / HEADS_FILE
    if path.is_file():
        for head in read_heads_file(path).kept.values():
            yield str(path), head


def in_database(session: Session) -> Iterator[tuple[str, Head]]:
    """Give the heads of a database of this program's schema."""
    for campaign in session.query(Campaign):
        for each in heads_stored(session, campaign):
            yield "SURVEY_DATABASE", each.head


def in_files(
    folders: Iterable[Path | None], files: Sequence[Path]
) -> tuple[list[tuple[str, Head]], list[Problem]]:
    """Return the heads of folders and files, and what of them could not be read."""
    read = [read_witnessed(folder) for folder in folders if folder is not None]
    read.append(read_witnessed(None, files))
    heads = [each for found in read for each in found.heads]
    return heads, [problem for found in read for problem in found.problems]


def believed(
    heads: Iterable[tuple[str, Head]], keys: Sequence[str], doubts: list[Problem]
) -> list[Witness]:
    """Return the heads that the backup's own keys signed; of the others `doubts` tell."""
    by_name = {key_id(key): key for key in keys}
    found: dict[str, Witness] = {}
    strange: set[tuple[str, str]] = set()
    for where, head in heads:
        key = by_name.get(head["key_id"])
        if key is None or not _is_signed(head, key):
            if (where, head["campaign"]) not in strange:
                doubts.append(_not_ours(where, head))
            strange.add((where, head["campaign"]))
        else:
            found.setdefault(head_digest(head), _witness(where, head))
    return list(found.values())


def losses(
    manifest: Mapping[str, Any], own: Sequence[Witness], known: Sequence[Witness]
) -> list[Loss]:
    """Return what the backup lacks, the worst of each campaign."""
    marks = {(each.campaign, each.fingerprint) for each in own}
    numbers = {(each.campaign, each.number) for each in own if each.number}
    answers = {each["id"]: each["answers"] for each in manifest["campaigns"]}
    newest = {
        each["id"]: (each["head"].get("number", 0), each["head"]["size"])
        for each in manifest["campaigns"]
        if each["head"]
    }
    found: dict[str, Loss] = {}
    for each in sorted(known, key=lambda known: (known.size, known.number)):
        number, size = newest.get(each.campaign, (0, -1))
        forked = (each.campaign, each.number) in numbers
        is_newer = each.number > number if each.number and number else each.size > size
        if (each.campaign, each.fingerprint) in marks or not (forked or is_newer):
            continue
        here = answers.get(each.campaign, 0)
        missing = max(each.size - here, 0)
        found[each.campaign] = Loss(
            campaign=each.campaign, known=each, answers=here, missing=missing, forked=forked
        )
    return list(found.values())


def own_heads(manifest: Mapping[str, Any], heads_file: Iterable[tuple[str, Head]]) -> list[Witness]:
    """Return the heads that a backup holds."""
    newest = (each["head"] for each in manifest["campaigns"] if each["head"])
    return [
        *(_witness("", head) for head in newest),
        *(_witness(where, head) for where, head in heads_file),
    ]


def _witness(where: str, head: Head) -> Witness:
    return Witness(
        campaign=head["campaign"],
        number=head.get("number", 0),
        size=head["size"],
        fingerprint=fingerprint(head),
        where=where,
    )


def _is_signed(head: Head, key: str) -> bool:
    try:
        check_head(head, key)
    except CheckFailed:
        return False
    return True


def _not_ours(where: str, head: Head) -> Problem:
    return Problem(
        file=where,
        field=head["campaign"],
        zh="其中的总校验码不是备份所记的密钥签名的，没有用来比较；确为本系统旧密钥所签的，"
        "请填入 SURVEY_FORMER_KEYS 后再试",
        en="its heads are not signed by the keys of the backup and were not compared; where an "
        "older key of this installation signed them, put it into SURVEY_FORMER_KEYS and try again",
    )
