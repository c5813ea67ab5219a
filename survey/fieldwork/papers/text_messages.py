"""One-time codes as text messages: a file for whoever sends them, one message a code."""

import csv
import io
from collections.abc import Sequence

from survey import codes
from survey.fieldwork.invitations.invited import Invited
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of

# Two parts, which a telephone shows as one message: 67 characters each, 153 where all are ASCII.
LONGEST_TEXT, LONGEST_ASCII = 134, 306
_HEADING = {"zh": ("评议码", "短信", "字数"), "en": ("code", "message", "characters")}
_REMARK = {
    "zh": ("备注", "演示数据，请勿发送"),
    "en": ("remark", "demonstration, not to be sent"),
}
# Where the scheme's own words are too long with the address in them, the first of these that fits.
_SHORTER = {
    "zh": (
        "【{office}】不收费、不记名，请您评议{unit}，有效期至{day}（含当日）：{url} 监督{hotline}",
        "【{office}】不收费、不记名，请您评议{unit}，有效期至{day}（含当日）：{url}",
        "【{office}】不收费、不记名，请您评议：{url}",
    ),
    "en": (
        "[Public review] Free, no name asked: rate {unit} by {day}: {url} Hotline {hotline}",
        "[Public review] Free, no name asked: rate by {day}: {url}",
    ),
}


def write_texts(
    issued: Sequence[str], *, campaign: Campaign, invited: Invited, base_url: str
) -> str:
    """Return one message of at most two parts for each code, as CSV text.

    Raises Refused where the address is too long for any.
    """
    heading, remark = _REMARK[invited.lang] if campaign.simulated else ("", "")
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow((*_HEADING[invited.lang], *([heading] if heading else ())))
    for code in issued:
        text = _text(code, campaign, invited, base_url)
        writer.writerow((codes.grouped(code), text, len(text), *([remark] if remark else ())))
    return lines.getvalue()


def _text(code: str, campaign: Campaign, invited: Invited, base_url: str) -> str:
    own = scheme_message(campaign, invited.lang)
    wordings = (own, *_SHORTER[invited.lang]) if own else _SHORTER[invited.lang]
    return fitted_text(wordings, code=code, campaign=campaign, invited=invited, base_url=base_url)


def scheme_message(campaign: Campaign, lang: str) -> str:
    """Return the scheme's own words for a message in a language; empty where it has none."""
    return str((campaign.notices.get("sms") or {}).get(lang, ""))


def fitted_text(
    wordings: Sequence[str], *, code: str, campaign: Campaign, invited: Invited, base_url: str
) -> str:
    """Return the first wording that two parts of a message hold; raises Refused where none does."""
    words = {
        "unit": invited.title,
        "unit_en": invited.title,
        "url": codes.address(base_url, code),
        "token": codes.grouped(code),
        "end": invited.last_day(),
        "day": invited.last_day(year=False),
        "hotline": scheme_of(campaign).hotline,
        "contact": scheme_of(campaign).office_phone,
        "office": campaign.organiser_zh,
    }
    for wording in wordings:
        text = wording.format(**words)
        if len(text) <= (LONGEST_ASCII if text.isascii() else LONGEST_TEXT):
            return text
    raise Refused.of(
        field="SURVEY_BASE_URL",
        zh=f"网址加评议码共{len(words['url'])}个字符，放不进{LONGEST_TEXT}字的短信；"
        "请用较短的域名，或改用评议单、信函",
        en=f"address and code have {len(words['url'])} characters, too many for a message "
        f"of {LONGEST_TEXT}; use a shorter host name, or sheets or letters",
    )
