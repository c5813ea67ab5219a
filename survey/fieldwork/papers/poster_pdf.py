"""Posters and stickers as PDF: a QR code nobody can mistake, and how to answer without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from survey import codes
from survey.fieldwork.entrances import PosterRow
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.web.qr import qr_svg

Size = Literal["a4", "a3", "sticker"]
SIZES: tuple[Size, ...] = ("a4", "a3", "sticker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What one poster says."""

    unit_name: str
    place: str
    url: str
    code: str
    number: str
    n_questions: int


def describe(
    campaign: Campaign, rows: Sequence[PosterRow], *, base_url: str, lang: str = "zh"
) -> list[Poster]:
    """Return what the posters of a campaign say in a language."""
    n_items = {entry.unit_id: len(entry.item_ids) for entry in campaign.units}
    return [
        Poster(
            unit_name=row.unit.name(lang),
            place=row.poster.place,
            url=codes.address(base_url, row.poster.code or ""),
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
    head: str = "",
) -> bytes:
    """Return one page per poster, a sticker page with nine copies; PDF/A-2b.

    `head` is the newest head of the campaign's ledger in its short form; in words alone, because
    a second code on a poster would be scanned in the place of the first. Raises Refused where
    there is no poster to print, or the font is not found.
    """
    if not posters:
        raise Refused.of(zh="没有可打印的海报", en="there is no poster to print")
    words = {
        "size": size,
        "lang": lang,
        "title": campaign.title(lang),
        "organiser": campaign.organiser_zh,
        "simulated": campaign.simulated,
        "head": head,
        "posters": [_words(campaign, poster, host, lang) for poster in posters],
    }
    return typeset("poster.typ", words, font=font, dated=campaign.starts_at)


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
