"""What documents say in words: of steps, rules, comments and of what is sure."""

from survey.two_persons.deeds import Said

STEPS: dict[str, tuple[Said, Said]] = {
    "returned": (
        Said(zh="原始分", en="As returned"),
        Said(zh="收到的答卷每份算一票", en="every answer received counts one"),
    ),
    "screened": (
        Said(zh="剔除无效后", en="After screening"),
        Said(zh="违反有效性规则的答卷不计", en="answers that break a validity rule are left out"),
    ),
    "trusted": (
        Said(zh="疑似组织或敷衍答卷降权后", en="After doubtful answers count less"),
        Said(
            zh="疑似有人组织填报或敷衍作答的答卷按可信程度减少份量",
            en="answers that look organised or careless weigh as far as they can be believed",
        ),
    ),
    "responded": (
        Said(zh="按未答人群校正后", en="After correcting for silence"),
        Said(
            zh="受邀而没有作答的人，由情况相近的人代表",
            en="people invited who did not answer are stood for by those like them",
        ),
    ),
    "weighted": (
        Said(zh="按人口加权后", en="After weighting by population"),
        Said(
            zh="使答卷的年龄、性别、城乡构成与当地人口一致",
            en="so that age, sex and residence of the answers are those of the population",
        ),
    ),
    "lenient": (
        Said(zh="校正打分宽严后", en="After correcting for leniency"),
        Said(
            zh="一人评几个单位的，扣除其个人偏宽或偏严",
            en="of people who rated several units, their own leniency is taken out",
        ),
    ),
    "combined": (
        Said(zh="与受邀样本比对合并后", en="After comparing with invited answers"),
        Said(
            zh="公开答卷与受邀答卷一致的部分才计入",
            en="open answers count as far as they agree with invited ones",
        ),
    ),
    "limited": (
        Said(zh="限制公开渠道影响后", en="After limiting open answers"),
        Said(
            zh="公开答卷最多只能使得分偏离受邀样本规定的幅度",
            en="open answers move the score no further from invited ones than the scheme allows",
        ),
    ),
    "assisted": (
        Said(zh="小样本单位借助模型后", en="After a model for small samples"),
        Said(
            zh="答卷少的单位参照同类单位的情况估计",
            en="of units with few answers, others of their class help to estimate",
        ),
    ),
}
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
