"""A document handed out: drawn from its release by the template in use, the taking on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from survey.exchange.document import FrozenDocument, note_export
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.sealing import seal_ledger
from survey.model import Campaign
from survey.problems import Refused
from survey.reports.drawing import About, draw
from survey.reports.kinds import LANGS, NAMES, OF_EITHER, OF_UNITS, Kind, kind_named
from survey.reports.paper import paper
from survey.reports.template_store import template_in_use
from survey.site.installation import Site

Ending = Literal["docx", "pdf"]
MEDIA_TYPES: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which document in which language; of a letter, or of any of one unit, the unit's code."""

    kind: Kind
    lang: str
    unit_code: str = ""

    @property
    def name(self) -> str:
        """Return it in one word, as the audit has it."""
        unit = f"-{self.unit_code}" if self.unit_code else ""
        return f"{self.kind}{unit}.{self.lang}"


def wanted(kind: str, lang: str, unit_code: str = "") -> Wanted:
    """Return what an address asks for; raises Refused where there is no such document."""
    known = kind_named(kind)
    is_for_it = known in OF_EITHER or (known in OF_UNITS) == bool(unit_code)
    if lang not in LANGS or not is_for_it:
        raise Refused.of(field="kind", zh="没有这份文书", en="there is no such document")
    return Wanted(kind=known, lang=lang, unit_code=unit_code)


def drawn(session: Session, document: FrozenDocument, asked: Wanted) -> bytes:
    """Return a document as DOCX, by the template in use.

    Raises Refused where the release has not what it needs, or the template cannot be used.
    """
    used = template_in_use(session, kind=asked.kind, lang=asked.lang)
    return drawn_by(used, document, asked)


def drawn_by(template: bytes, document: FrozenDocument, asked: Wanted) -> bytes:
    """Return a document as DOCX, by a template; raises Refused as `drawn` does."""
    about = About(
        kind=asked.kind,
        unit_code=asked.unit_code,
        lang=asked.lang,
        release=document.release_code,
        template=hashlib.sha256(template).hexdigest(),
    )
    return draw(template, document.content, about)


def as_ending(word: bytes, ending: Ending, *, site: Site, asked: Wanted, at: str) -> bytes:
    """Return a document as the file wanted; raises Refused where the font lacks a character."""
    if ending == "docx":
        return word
    dated_at = datetime.fromisoformat(at)
    return paper(word, lang=asked.lang, dated_at=dated_at, font=choose_font(site.settings))


def file_name(document: FrozenDocument, asked: Wanted, ending: str) -> str:
    """Return what a document's file is called; a simulated one says so in its name too."""
    label = "-SIMULATED" if document.simulated else ""
    unit = f"-{asked.unit_code}" if asked.unit_code else ""
    return f"{document.release_code}{label}{unit}-{NAMES[asked.kind].name(asked.lang)}.{ending}"


def letters(
    document: FrozenDocument, *, template: bytes, lang: str, units: Iterable[str], kind: Kind
) -> Iterator[tuple[str, bytes]]:
    """Yield the letters of units, or another document of each, drawn one after another.

    Raises Refused where the release has not what letters need.
    """
    for code in units:
        asked = Wanted(kind=kind, lang=lang, unit_code=code)
        yield file_name(document, asked, "docx"), drawn_by(template, document, asked)


def note_taken(
    site: Site,
    session: Session,
    campaign: Campaign,
    document: FrozenDocument,
    *,
    name: str,
    by: str,
) -> None:
    """Leave on record who took which document of a release, sealed with it."""
    note_export(session, campaign=campaign, document=document, name=name, by=by, clock=site.clock)
    seal_ledger(site, session, campaign, "export")
