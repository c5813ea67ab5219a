"""Whether people were told what to answer: asked of two unscored items, at nobody's risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey.scheme.kinds import POSITIVE, SHORT, number
from survey.scheme.settings import Fault, setting

AT = "crosswise"
_CHANCE = number(0.05, 0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosswisePart:
    """交叉提问：有没有人要求怎么评 / crosswise items: were people told what to answer."""

    item: str = setting(
        SHORT,
        "题号：两句话（一句是“有人要求我怎么评”），问两句都对或都不对、还是只有一句对；空为不问",
        "the item: of two statements, one that somebody told me what to answer, are both or neither"
        " true, or one; not asked if left out",
        default="",
    )
    anchor: str = setting(
        SHORT,
        "对照题的题号：一句话对谁都不成立，用来看出有多少人没有认真读题",
        "the anchor: an item one statement of which is true of nobody, which tells how many attend",
        default="",
    )
    same: str = setting(
        SHORT,
        "两题中表示“两句都对或都不对”的选项值",
        "the value, in both items, of the answer that both or neither are true",
        default="same",
    )
    chance: float | None = setting(
        _CHANCE,
        "第一题的无害句对多大比例的人成立，如生日在某两个月为 0.17",
        "of what share of people the harmless statement of the item is true, as .17 for a birthday"
        " in two months",
        default=None,
    )
    anchor_chance: float | None = setting(
        _CHANCE, "对照题的无害句的同一比例", "the same of the anchor", default=None
    )
    widest: float = setting(
        POSITIVE,
        "误差超过正负几个百分点就不显示",
        "not shown where the interval is wider than plus and minus so many percentage points",
        default=10.0,
    )


def crosswise_faults(said: CrosswisePart, content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where the setting and the questionnaire's unscored items do not go together."""
    stated: dict[str, str | float | None] = {"item": said.item, "anchor": said.anchor}
    stated |= {"chance": said.chance, "anchor_chance": said.anchor_chance}
    if not any(stated.values()):
        return
    if left_out := [name for name, value in stated.items() if not value]:
        yield Fault(
            f"{AT}.{left_out[0]}",
            "缺少该项：两个题号和两个比例须一起给出",
            "is missing: both items and both shares are given together",
        )
    elif said.item == said.anchor:
        yield Fault(f"{AT}.anchor", "须是另一题", "must be another item")
    else:
        for name in ("item", "anchor"):
            yield from _item_faults(f"{AT}.{name}", str(stated[name]), said.same, content)


def _item_faults(at: str, item_id: str, same: str, content: Mapping[str, Any]) -> Iterator[Fault]:
    items = {item["id"]: item for item in content.get("local_items") or ()}
    item = items.get(item_id)
    if item is None:
        known = [one["id"] for one in items.values() if one["type"] == "single"]
        yield Fault(
            at,
            f"问卷没有不计分题“{item_id}”，可用 {'、'.join(known) or '（无）'}",
            f"the questionnaire has no unscored item {item_id!r}; it has"
            f" {', '.join(known) or 'none'}",
        )
        return
    values = [option["value"] for option in item.get("options") or ()]
    if item["type"] != "single" or len(values) != 2 or same not in values:
        yield Fault(
            at,
            f"“{item_id}”须是单选题，恰有两个选项，其中一个的值为“{same}”（crosswise.same）",
            f"{item_id!r} must be a single choice of exactly two options, one of them with the"
            f" value {same!r} (crosswise.same)",
        )
    elif item.get("relevant") or item.get("classes"):
        yield Fault(
            at,
            f"“{item_id}”须问每一个人，请删去 relevant 和 classes",
            f"{item_id!r} must be asked of everybody; remove relevant and classes",
        )
