"""What kinds of case files there are, and what can be said of one."""

from survey.two_persons.case_log import CaseVerdict
from survey.two_persons.deed import Said

KINDS: dict[str, Said] = {
    "burst": Said(zh="短时间内集中提交的相同答卷", en="Like answers within a short time"),
    "shared_network": Said(zh="同一网络的相同答卷", en="Like answers from one network"),
    "shared_device": Said(zh="同一设备的多份答卷", en="Answers from one device"),
    "code_sequence": Said(zh="连号评议码的相同答卷", en="Like answers by codes in sequence"),
    "dense_block": Said(zh="成片的相同答卷", en="A dense block of like answers"),
    "coached_pattern": Said(zh="同一种选法的答卷", en="Answers ticked in one way"),
    "coached_group": Said(zh="受邀对象疑似被授意", en="An invited group may have been coached"),
    "alarm": Said(zh="公开答卷与受邀答卷不一致", en="Open and invited answers contradict"),
    "quarantined": Said(zh="规则暂不计入的答卷", en="Answers a rule set aside"),
    "careless": Said(zh="随意填写的答卷偏多", en="Many careless answers"),
    "captured": Said(zh="评议码可能被冒用", en="Codes may have been captured"),
    "codes_unlike": Said(zh="一批评议码的作答异常", en="A batch of codes answered unlike others"),
    "poster_burst": Said(zh="一张海报一天内突然增多", en="A poster with far more than usual"),
    "coaching": Said(zh="干预作答的举报", en="Reports of coaching"),
}
VERDICTS: dict[CaseVerdict, Said] = {
    "keep": Said(zh="照常计入", en="Count them"),
    "exclude": Said(zh="不计入", en="Leave them out"),
    "one": Said(zh="合并按一份计", en="Count them as one"),
    "undo": Said(zh="撤销认定", en="Undo the decision"),
}
# A case about no answers in particular: people say that they looked into it.
NOTED = Said(zh="已核查，不影响计分", en="Looked into; no answers change")


def verdict_name(verdict: CaseVerdict, *, n: int) -> Said:
    """Return what a verdict on so many answers is called."""
    return NOTED if verdict == "keep" and not n else VERDICTS[verdict]
