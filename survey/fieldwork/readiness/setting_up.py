"""What an office sets up: the address, words left to fill in, telephones, clock and period."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from survey.clock import local_minute
from survey.fieldwork.readiness.item import Inquiry, Item
from survey.model import TreeHead
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import NATIONAL_HOTLINE
from survey.site.address import is_public
from survey.two_persons.deed import Said

_TO_FILL = re.compile(r"[(\[{<【〔]\s*待填")
_SHOWN = 5
_TOLERATED = timedelta(minutes=1)


def address(asked: Inquiry) -> Item:
    """Say where posters and codes lead, and whether that is where the server is."""
    url, served = asked.settings.base_url, asked.settings.served_url
    name = Said(zh="网址", en="Address")
    if not is_public(url):
        said = Said(
            zh=f"{url} 居民的手机打不开或不安全；须为公网的 https 网址："
            "请设置 SURVEY_BASE_URL，重启服务后再制作",
            en=f"residents cannot open {url}, or not safely; it must be a public https address:"
            " set SURVEY_BASE_URL and start the server anew",
        )
        return Item(name=name, standing=asked.strict, said=said)
    if served and served != url:
        said = Said(
            zh=f"这里用的是 {url}，网页服务用的却是 {served}；请让两处的 SURVEY_BASE_URL 一致",
            en=f"{url} here, but the server goes by {served}: give both the same SURVEY_BASE_URL",
        )
        return Item(name=name, standing=asked.strict, said=said)
    return Item(name=name, standing="ready", said=Said(zh=url, en=url))


def filled_in(asked: Inquiry) -> Item:
    """Say where words are still to be filled in."""
    places = list(_to_fill(asked))
    name = Said(zh="待填内容", en="Words to fill in")
    if not places:
        return Item(name=name, standing="ready", said=Said(zh="没有（待填）", en="none left"))
    listed = "、".join(places[:_SHOWN]) + (" …" if len(places) > _SHOWN else "")
    said = Said(
        zh=f"还有 {len(places)} 处写着（待填）：{listed}；请补填后用新的编号重新载入",
        en=f"{len(places)} places still say （待填）: {listed}; fill them in and load the folder"
        " under a new id",
    )
    return Item(name=name, standing=asked.strict, said=said)


def telephones(asked: Inquiry) -> Item:
    """Say which numbers residents are told: for complaints, and of the office."""
    scheme, given = scheme_of(asked.campaign), asked.campaign.scheme
    name = Said(zh="电话", en="Telephones")
    missing = [one for one in ("hotline", "contact") if not given.get(one)]
    if not missing:
        said = Said(
            zh=f"监督电话 {scheme.hotline}，联系电话 {scheme.contact}",
            en=f"hotline {scheme.hotline}, office {scheme.contact}",
        )
        return Item(name=name, standing="ready", said=said)
    listed = "、".join(missing)
    said = Said(
        zh=f"scheme.yaml 没有 {listed}：居民看到的监督电话是 {scheme.hotline}，"
        f"联系电话是 {scheme.office_phone}",
        en=f"scheme.yaml lacks {', '.join(missing)}: residents read {scheme.hotline} as the hotline"
        f" and {scheme.office_phone} as the office's number",
    )
    neither = scheme.office_phone == NATIONAL_HOTLINE and len(missing) == 2
    return Item(name=name, standing=asked.strict if neither else "warns", said=said)


def period(asked: Inquiry) -> Item:
    """Say when residents may answer, and whether that time has passed."""
    campaign = asked.campaign
    begins, ends = (
        local_minute(moment, campaign.timezone) for moment in (campaign.starts_at, campaign.ends_at)
    )
    name = Said(zh="评议时间", en="Period")
    if asked.at > campaign.ends_at:
        said = Said(
            zh=f"{begins} 至 {ends}，已经过去，居民一份也交不了；请改日期，用新的编号重新载入",
            en=f"{begins} to {ends} has passed: nobody could answer; change the dates and load the"
            " folder under a new id",
        )
        return Item(name=name, standing=asked.strict, said=said)
    ahead = asked.at < campaign.starts_at
    said = Said(
        zh=f"{begins} 至 {ends}" + ("；开始之前扫码的居民会看到开始日期" if ahead else ""),
        en=f"{begins} to {ends}" + ("; before it residents read when it starts" if ahead else ""),
    )
    return Item(name=name, standing="ready", said=said)


def clock(asked: Inquiry) -> Item:
    """Say whether the clock stands behind what was signed already."""
    newest = asked.session.scalar(sa.select(sa.func.max(TreeHead.signed_at)))
    name = Said(zh="服务器时钟", en="Clock")
    now = local_minute(asked.at, asked.campaign.timezone)
    if newest is None or newest - asked.at <= _TOLERATED:
        return Item(name=name, standing="ready", said=Said(zh=now, en=now))
    seconds = int((newest - asked.at).total_seconds())
    said = Said(
        zh=f"{now}，比已签名的记录慢 {seconds} 秒；请先校准时钟",
        en=f"{now} is {seconds} s behind what was signed already; set the clock right first",
    )
    return Item(name=name, standing=asked.strict if asked.deed == "open" else "warns", said=said)


def _to_fill(asked: Inquiry) -> Iterator[str]:
    campaign = asked.campaign
    yield from _within("scheme.yaml", campaign.scheme)
    yield from _within("texts.yaml", campaign.notices)
    yield from _within("questionnaire.json", campaign.questionnaire.content)
    for entry in campaign.units:
        names = (entry.unit.name_zh, entry.unit.short_zh, entry.unit.name_en)
        yield from _within(f"units.csv {entry.unit.code}", names)


def _within(place: str, content: Any) -> Iterator[str]:
    if isinstance(content, str):
        if _TO_FILL.search(unicodedata.normalize("NFKC", content)):
            yield place
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _within(f"{place} {name}" if " " not in place else f"{place}.{name}", value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _within(place, value)
