"""A progress bulletin as PDF, to be printed and hung out."""

from dataclasses import asdict
from datetime import datetime

from survey.fieldwork.bulletins.content import Content, spoken
from survey.fieldwork.bulletins.heads import dated, issue_of, numbered, subject, warning
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset


def bulletin_paper(content: Content, *, lang: str, dated_at: datetime, font: Font) -> bytes:
    """Return a bulletin as pages of a document; PDF/A-2b."""
    parts = [
        {**asdict(part), "heading": numbered(place, part.heading, lang)}
        for place, part in enumerate(spoken(content.parts, lang), start=1)
    ]
    words = {
        "lang": lang,
        "subject": subject(content, lang),
        "issue": issue_of(content, lang),
        "organiser": content.organiser,
        "dated": dated(content, lang),
        "warning": warning(lang) if content.simulated else "",
        "parts": parts,
    }
    return typeset("progress.typ", words, font=font, dated=dated_at)
