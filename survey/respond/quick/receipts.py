"""The receipt of an answer stored a moment ago: the page that asks for it, and the thanks.

Both are what the framework made within the last two seconds; into the thanks for one answer the
number of another is put. Of what is older, has a comment or rates several units there is more to
be told, and the framework tells it.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from survey import codes
from survey.respond.door.opening import OpenEntrance
from survey.respond.door.renewal import Renewal
from survey.respond.quick.asking import AskedReceipt
from survey.web.called import Answer

_FRESH_SECONDS = 2.0  # what an office changes shows as soon as on posters' pages
_MOMENT_SECONDS = 60.0
_MOST_KEPT = 20_000
_PLAIN, _GROUPED = "\0plain\0", "\0grouped\0"  # no page has these characters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    at: float
    headers: list[tuple[str, str]]
    text: str


class Receipts:
    """What one process can say at once of receipts."""

    def __init__(self, ticks: Callable[[], float] = monotonic) -> None:
        self._ticks = ticks
        self._renewal = Renewal(ticks)
        self._stored: dict[str, tuple[float, int]] = {}
        self._kept: dict[tuple[Any, ...], _Kept] = {}

    def remember(self, receipt: str, entrance: OpenEntrance) -> None:
        """Remember for a minute that an answer without a comment is stored."""
        if entrance.questionnaire.is_several:
            return
        if len(self._stored) >= _MOST_KEPT:
            self._stored.clear()
        self._stored[receipt] = (self._ticks(), entrance.questionnaire.campaign.id)

    def answer(self, asked: AskedReceipt, *, waits: bool) -> Answer | None:
        """Return what the framework would say; None where it must be asked."""
        about = self._about(asked)
        kept = self._kept.get(about) if about else None
        if kept is None:
            return None
        if not self._renewal.may_use(about, kept.at, within=_FRESH_SECONDS, waits=waits):
            return None
        said = kept.text.replace(_PLAIN, asked.code)
        text = said.replace(_GROUPED, codes.grouped(asked.code)).encode()
        return "200 OK", kept.headers, gzip.compress(text, mtime=0) if asked.gzipped else text

    def learn(self, asked: AskedReceipt, answer: Answer) -> None:
        """Keep what the framework said, where it was not of one answer's own."""
        status, headers, body = answer
        if status.startswith("200 "):
            self._keep(asked, headers, body)

    def _keep(self, asked: AskedReceipt, headers: list[tuple[str, str]], body: bytes) -> None:
        about = self._about(asked)
        if about is None or any(name.lower() == "set-cookie" for name, _value in headers):
            return
        text = (gzip.decompress(body) if asked.gzipped else body).decode()
        if asked.code:
            text = text.replace(codes.grouped(asked.code), _GROUPED).replace(asked.code, _PLAIN)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        said = [pair for pair in headers if pair[0].lower() != "content-length"]
        self._kept[about] = _Kept(at=self._ticks(), headers=said, text=text)

    def _about(self, asked: AskedReceipt) -> tuple[Any, ...] | None:
        """Return all that an answer hangs on but the number; None where that is not known."""
        look = (asked.lang, asked.mode, asked.gzipped)
        if not asked.code:
            return look
        stored_at, campaign_id = self._stored.get(asked.code, (-_MOMENT_SECONDS, 0))
        return (*look, campaign_id) if self._ticks() - stored_at < _MOMENT_SECONDS else None
