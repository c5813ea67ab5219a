"""What can be contested, how an appeal stands, and how it can end, in words."""

from typing import Literal

from survey.model import AppealMatter, AppealOutcome
from survey.two_persons.deed import Said

DEED = "appeal.decide"  # what proposals of a decision are of
MATTERS: dict[AppealMatter, Said] = {
    "score": Said(zh="得分或名次", en="The score or rank"),
    "decision": Said(
        zh="不计入的答卷或复核认定", en="Answers left out, or a decision of the review"
    ),
    "entrance": Said(zh="某张海报或某批评议码的答卷", en="The answers of a poster or of codes"),
    "other": Said(zh="其他", en="Something else"),
}
OUTCOMES: dict[AppealOutcome, Said] = {
    "upheld": Said(zh="申诉成立", en="Upheld"),
    "partly": Said(zh="部分成立", en="Partly upheld"),
    "rejected": Said(zh="申诉不成立", en="Rejected"),
}
State = Literal["filed", "received", "weighed", "decided"]
STATES: dict[State, Said] = {
    "filed": Said(zh="已提交，待受理", en="Filed"),
    "received": Said(zh="已受理", en="Received"),
    "weighed": Said(zh="已复核计算，待决定", en="Computed anew, to be decided"),
    "decided": Said(zh="已答复", en="Decided"),
}
