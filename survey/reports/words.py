"""What documents say in words: of rules, comments and of what is sure."""

from survey.two_persons.deed import Said

COMMENTS = {
    "case": Said(zh="需要办理或答复的意见", en="comments that need an answer"),
    "praise": Said(zh="表扬", en="praise"),
    "nothing": Said(zh="无具体内容", en="nothing to say"),
    "reasons": Said(zh="只选了原因、没有写字", en="a reason ticked without words"),
}
ACTIONS = {
    "exclude": Said(zh="不计入", en="left out"),
    "quarantine": Said(zh="暂不计入，待复核", en="set aside until reviewed"),
    "flag": Said(zh="仅标记，计入", en="marked, counted"),
}
SURELY = {
    "above": Said(zh="肯定高于", en="surely above"),
    "below": Said(zh="肯定低于", en="surely below"),
    None: Said(zh="差别不明显", en="not surely different"),
}
CHANGED = {
    "improved": Said(
        zh="同类单位放在一起判断，肯定比上次提高。", en="Among its class it surely improved."
    ),
    "fell": Said(zh="同类单位放在一起判断，肯定比上次下降。", en="Among its class it surely fell."),
}


def hidden(lang: str) -> str:
    """Return what stands in place of a count that could tell of few people."""
    return "not shown" if lang == "en" else "不显示"


def listed(names: list[str], lang: str) -> str:
    """Return names in a row."""
    return (", " if lang == "en" else "、").join(names)
