"""Heads leave the machine by themselves: one file each into a folder others empty.

A mail gateway or a USB stick takes them from there. What cannot be delivered waits in the home
folder and is tried again.
"""

import json
import logging
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from survey.ledger.checker import Head, fingerprint, short_form
from survey.ledger.heads_file import write_whole

OUTBOX = "heads-outbox"

_LOG = logging.getLogger(__name__)


def hand_over(home: Path, head: Head, *, drop: Path | None) -> None:
    """Put a head out for the folder, if there is one, and deliver all that wait."""
    if drop is None:
        return
    outbox = home / OUTBOX
    outbox.mkdir(mode=0o700, exist_ok=True)
    write_whole(outbox / f"{_name(head)}.json", _json(head))
    deliver(home, drop=drop)


def deliver(home: Path, *, drop: Path | None) -> list[str]:
    """Deliver what waits; returns the names that could not be delivered, the oldest first."""
    if drop is None:
        return []
    waiting = sorted((home / OUTBOX).glob("[!.]*.json"))
    for number, path in enumerate(waiting):
        try:
            content = path.read_bytes()
            head: Head = json.loads(content)
            write_whole(drop / f"{path.stem}.eml", letter(head))
            write_whole(drop / path.name, content)
            path.unlink(missing_ok=True)
        except FileNotFoundError as error:
            if error.filename == str(path):
                continue  # another process was quicker
            return _undelivered(waiting[number:], drop, error)
        except OSError as error:
            return _undelivered(waiting[number:], drop, error)
    return []


def letter(head: Head) -> bytes:
    """Return a head as a message that a mail gateway can send: no sender, no addressee."""
    message = EmailMessage()
    message["Subject"] = f"公评总校验码 tree head {head['campaign']} {head.get('number', '')}"
    message["Date"] = format_datetime(datetime.fromisoformat(head["time"]))
    message["X-Unsent"] = "1"
    message.set_content(
        f"{head['campaign']} 第 {head.get('number', '')} 号总校验码，答卷 {head['size']} 份。\n"
        f"指纹 fingerprint: {fingerprint(head)}\n"
        f"{short_form(head)}\n\n"
        "请保存本邮件。日后把附件交给核对程序（ledger-check.py），可以查出存证是否被改动。\n"
        "Keep this message. Later the attached file tells the checker whether the ledger was "
        "changed.\n"
    )
    message.add_attachment(
        _json(head), maintype="application", subtype="json", filename=f"{_name(head)}.json"
    )
    return message.as_bytes()


def _undelivered(waiting: list[Path], drop: Path, error: OSError) -> list[str]:
    _LOG.error(
        "总校验码未能送出 heads could not be delivered to %s (%s): %s 份 waiting",
        drop,
        error.strerror,
        len(waiting),
    )
    return [path.stem for path in waiting]


def _name(head: Head) -> str:
    return f"{head['campaign']}-{head['number']:06}-{fingerprint(head)[:9]}"


def _json(head: Head) -> bytes:
    return json.dumps(head, ensure_ascii=False, indent=1).encode() + b"\n"
