"""Posters and stickers as PDF: a QR code nobody can mistake, and how to answer without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import qrcode

from survey import codes
from survey.fieldwork.entrances import PosterRow
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of

Size = Literal["a4", "a3", "sticker"]
SIZES: tuple[Size, ...] = ("a4", "a3", "sticker")

_QUIET = 4  # modules of white around a code; readers need them
# Trying all eight masks takes six times as long and reads no better (bench/posters.py).
MASK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What one poster says."""

    unit_name: str
    place: str
    url: str
    code: str
    number: str
    n_questions: int


def poster_url(base_url: str, code: str) -> str:
    """Return the address a poster's code leads to."""
    return f"{base_url}/q/{code}"


def describe(
    campaign: Campaign, rows: Sequence[PosterRow], *, base_url: str, lang: str = "zh"
) -> list[Poster]:
    """Return what the posters of a campaign say in a language."""
    n_items = {entry.unit_id: len(entry.item_ids) for entry in campaign.units}
    return [
        Poster(
            unit_name=row.unit.name(lang),
            place=row.poster.place,
            url=poster_url(base_url, row.poster.code or ""),
            code=row.poster.code or "",
            number=f"{row.unit.code}-{row.poster.id}",
            n_questions=n_items[row.unit.id],
        )
        for row in rows
    ]


def make_pdf(
    campaign: Campaign,
    posters: Sequence[Poster],
    *,
    size: Size,
    font: Font,
    host: str,
    lang: str = "zh",
) -> bytes:
    """Return one page per poster, a sticker page with nine copies; PDF/A-2b.

    Raises Refused where there is no poster to print, or the font is not found.
    """
    if not posters:
        raise Refused.of(zh="没有可打印的海报", en="there is no poster to print")
    words = {
        "size": size,
        "lang": lang,
        "title": campaign.title(lang),
        "organiser": campaign.organiser_zh,
        "simulated": campaign.simulated,
        "posters": [_words(campaign, poster, host, lang) for poster in posters],
    }
    return typeset("poster.typ", words, font=font, dated=campaign.starts_at)


def qr_svg(text: str) -> str:
    """Return a QR code (level Q, quiet zone of four modules) as SVG: one path."""
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, mask_pattern=MASK
    )
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix) + 2 * _QUIET
    path = "".join(_runs(row, y + _QUIET) for y, row in enumerate(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _runs(row: Sequence[bool], y: int) -> str:
    """Return the dark runs of one row of modules as path commands."""
    parts, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start + _QUIET} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)


def _words(campaign: Campaign, poster: Poster, host: str, lang: str) -> dict[str, Any]:
    filled = [
        line.format(
            unit=poster.unit_name,
            unit_en=poster.unit_name,
            domain=host,
            hotline=scheme_of(campaign).hotline,
            poster_no=poster.number,
        )
        for line in campaign.notices["poster"][lang]
    ]
    invitation, unit_name, scan, address, supervision, number = filled
    elsewhere = f"Check the address: {host}" if lang == "en" else f"请核对网址：{host}"
    return {
        "invitation": invitation,
        "unit": unit_name,
        "scan": scan,
        "address": address if host.endswith(".gov.cn") else elsewhere,
        "supervision": supervision,
        "number": number,
        "questions": poster.n_questions,
        "place": poster.place,
        "typed": f"{host}/q",
        "code": codes.grouped(poster.code),
        "url": poster.url,
        "qr": qr_svg(poster.url),
    }
