"""What a wave of reminders is sent out with: a list, letters, text messages.

With the office's own list these carry the code again, which only that list has; without it they
ask for the code that was sent before, and say batch and serial for whoever addresses them.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from survey import codes
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.text_messages import fitted_text, scheme_message
from survey.fieldwork.papers.typesetting import typeset
from survey.fieldwork.reminders.own_list import OwnList
from survey.fieldwork.reminders.to_remind import ToRemind
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.site.config import Settings
from survey.web.qr import qr_svg

Kind = Literal["list", "letters", "texts"]
KINDS: tuple[Kind, ...] = ("list", "letters", "texts")
MOST_LETTERS = 2_000  # half a minute; whoever waits longer for a page takes it for broken

_SERIALS = {
    "zh": ("编号", "批号", "序号", "单位", "评议对象", "有效期至"),
    "en": ("label", "batch", "serial", "unit", "group", "valid until"),
}
_TEXT = {"zh": ("短信", "字数"), "en": ("message", "characters")}
_REMARK = {
    "zh": ("备注", "演示数据，请勿发送"),
    "en": ("remark", "demonstration, not to be sent"),
}
# The scheme's own message, where it fits; else the first of these that does. Nobody is told that
# his code is unused: of a small batch all are reminded, and some answer while it is on its way.
_WITH_CODE = {
    "zh": (
        (
            "【{office}】提醒：如还没有作答，请您评议{unit}，不收费、不记名，有效期至{day}（含当日）："
            "{url} 已作答请忽略，监督{hotline}"
        ),
        "【{office}】提醒：请您评议{unit}，有效期至{day}（含当日）：{url} 已作答请忽略",
        "【{office}】提醒：不收费、不记名，请您评议：{url} 已作答请忽略",
    ),
    "en": (
        (
            "[Public review] Reminder, free, no name asked: rate {unit} by {day}: {url} Ignore this"
            " if you have answered. Hotline {hotline}"
        ),
        "[Public review] Reminder: rate by {day}: {url} Ignore this if you have answered.",
    ),
}
_IGNORE = {"zh": "已作答请忽略。", "en": " Ignore this if you have answered."}
_WITHOUT = {
    "zh": (
        (
            "【{office}】提醒：如还没有作答，请用此前发给您的评议码评议{unit}，不收费、不记名，"
            "有效期至{day}（含当日）。已作答请忽略，咨询{contact}，监督{hotline}"
        ),
        (
            "【{office}】提醒：如还没有作答，请用此前发给您的评议码作答，有效期至{day}（含当日）。"
            "已作答请忽略"
        ),
    ),
    "en": (
        (
            "[Public review] Reminder: if you have not yet, please rate {unit} by {day} with the"
            " code you were sent. Ignore this if you have answered. Questions {contact}"
        ),
        "[Public review] Reminder: please answer by {day} with the code you were sent.",
    ),
}


def suffix(kind: Kind) -> str:
    """Return how such a file's name ends."""
    return "pdf" if kind == "letters" else "csv"


def require_typeset_soon(n: int, kinds: Sequence[Kind]) -> None:
    """Refuse more letters than a browser should wait for."""
    if "letters" in kinds and n > MOST_LETTERS:
        raise Refused.of(
            field="files",
            zh=f"一次最多排版 {MOST_LETTERS} 封信，这里有 {n} 封；请少勾选几批，或只要清单和短信",
            en=f"at most {MOST_LETTERS} letters are typeset at once, these are {n}; tick fewer"
            " batches, or take list and messages alone",
        )


def make_file(
    kind: Kind,
    people: Sequence[ToRemind],
    *,
    campaign: Campaign,
    own: OwnList | None,
    settings: Settings,
    lang: str,
) -> bytes:
    """Return the reminders of a wave as one file."""
    if kind == "letters":
        return _letters(people, campaign, settings, lang)
    if kind == "list":
        rows = _list(people, own, lang)
    else:
        rows = _texts(people, own, campaign, settings, lang)
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode("utf-8-sig")


def _list(people: Sequence[ToRemind], own: OwnList | None, lang: str) -> Iterator[Sequence[object]]:
    """Yield the office's own rows as they were given, or the serials."""
    yield own.heading if own else _SERIALS[lang]
    for each in people:
        yield each.cells if own else _serial(each)


def _texts(
    people: Sequence[ToRemind],
    own: OwnList | None,
    campaign: Campaign,
    settings: Settings,
    lang: str,
) -> Iterator[Sequence[object]]:
    heading, remark = _REMARK[lang]
    simulated = campaign.simulated
    message = scheme_message(campaign, lang)
    own_words = (message + _IGNORE[lang],) if message else ()
    yield (*(own.heading if own else _SERIALS[lang]), *_TEXT[lang], *[heading] * simulated)
    for each in people:
        text = fitted_text(
            (*own_words, *_WITH_CODE[lang]) if each.code else _WITHOUT[lang],
            code=each.code,
            campaign=campaign,
            invited=each.invited,
            base_url=settings.base_url,
        )
        start = each.cells if own else _serial(each)
        yield (*start, text, len(text), *[remark] * simulated)


def _serial(each: ToRemind) -> tuple[object, ...]:
    invited = each.invited
    until = invited.until.strftime("%Y-%m-%d %H:%M")
    return (each.label, each.batch, each.serial, invited.title, invited.group_name, until)


def _letters(
    people: Sequence[ToRemind], campaign: Campaign, settings: Settings, lang: str
) -> bytes:
    scheme = scheme_of(campaign)
    words = {
        "lang": lang,
        "title": campaign.title(lang),
        "organiser": campaign.organiser_zh,
        "simulated": campaign.simulated,
        "hotline": scheme.hotline,
        "contact": scheme.office_phone,
        "typed": f"{urlsplit(settings.base_url).netloc}/q",
        "letters": [_letter(each, settings.base_url) for each in people],
    }
    font = choose_font(settings)
    return typeset("reminder.typ", words, font=font, dated=campaign.starts_at)


def _letter(each: ToRemind, base_url: str) -> dict[str, Any]:
    url = codes.address(base_url, each.code) if each.code else ""
    return {
        "label": each.label,
        "greeting": each.invited.greeting,
        "about": each.invited.title,
        "end": each.invited.last_day(),
        "dated": each.invited.dated(),
        "code": codes.grouped(each.code),
        "url": url,
        "qr": qr_svg(url) if url else "",
    }
