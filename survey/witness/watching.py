"""A witness that looks by itself: it asks an office for the growth of its ledgers, and signs."""

import urllib.request
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from survey.ledger.heads_file import write_whole
from survey.ledger.notes.note import LARGEST
from survey.problems import Refused
from survey.witness.folder import Seen, Witness
from survey.witness.judging import Given, answer

OUT = "cosigned"  # where what was signed lies, to be handed to the office
_SECONDS = 30.0


def look(witness: Witness, seen: Seen, *, office: str, at: datetime) -> Given | None:
    """Ask an office how a ledger grew since it was last seen, and sign it.

    Returns None where nothing was signed since. Raises Declined where it may not be signed, and
    Refused where the office does not answer.
    """
    campaign = seen.origin.rpartition("/")[2]
    asked = {"campaign": campaign, "format": "request", "old": str(seen.size)}
    text = _fetched(f"{office.rstrip('/')}/ledger?{urlencode(asked)}")
    body = text.partition("\n\n")[2].rpartition("\n\n")[0]
    if seen.checkpoint and seen.checkpoint.startswith(f"{body}\n\n"):
        return None
    given = answer(witness, text, at=at)
    keep_for_office(witness, given)
    return given


def keep_for_office(witness: Witness, given: Given) -> Path:
    """Put what was signed into a file for the office; returns where."""
    folder = witness.folder / OUT
    folder.mkdir(exist_ok=True)
    stated = given.checkpoint
    campaign = stated.origin.rpartition("/")[2]
    path = folder / f"{campaign}-{stated.size}-{stated.root.hex()[:8]}.txt"
    write_whole(path, given.note.text.encode())
    return path


def _fetched(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refused.of(
            field="URL",
            zh="网址应以 http:// 或 https:// 开头",
            en="the address must begin with http:// or https://",
        )
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answered:  # noqa: S310 - looked at
            return str(answered.read(LARGEST).decode())
    except HTTPError as error:
        zh, en = f"评议办答复 {error.code}", f"the office answered {error.code}"
        error.close()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        zh, en = f"连不上评议办（{error}）", f"the office cannot be reached ({error})"
    raise Refused.of(
        field="URL",
        zh=f"{zh}；没有签名。存证若比上次签名时短，请告知监察人员",
        en=f"{en}; nothing was signed. Where its ledger is shorter than what was signed, tell the"
        " inspector",
    )
