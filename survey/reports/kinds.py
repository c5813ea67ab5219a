"""Which documents there are: what each is called, whether for each unit, its shipped template."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from survey.problems import Refused
from survey.site.resources import folder

Kind = Literal["ranking", "letter", "result", "notice", "quality", "appeal", "budget", "cadre"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# For whoever uses results outside the office: given out by the office and the leading group alone.
FOR_USE: tuple[Kind, ...] = ("budget", "cadre")
LANGS = ("zh", "en")
OF_UNITS: frozenset[Kind] = frozenset({"letter", "appeal"})  # one for a unit, not for all
OF_EITHER: frozenset[Kind] = frozenset({"cadre"})  # for all, or for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a document is called, and what it is for."""

    zh: str
    en: str
    zh_for: str
    en_for: str

    def name(self, lang: str) -> str:
        """Return its name in a language."""
        return self.en if lang == "en" else self.zh

    def purpose(self, lang: str) -> str:
        """Return what it is for in a language."""
        return self.en_for if lang == "en" else self.zh_for


NAMES: dict[Kind, Named] = {
    "ranking": Named(
        zh="得分排名表",
        en="Scores and ranks",
        zh_for="各类单位的得分、区间、名次和等次",
        en_for="scores, intervals, ranks and grades of each class",
    ),
    "letter": Named(
        zh="反馈函",
        en="Feedback letter",
        zh_for="发给每个单位：得分怎么来的，哪些题偏低，先看什么",
        en_for="to each unit: how its score came about, which items are low, what to look at first",
    ),
    "result": Named(
        zh="评议结果报告",
        en="Report of the result",
        zh_for="报领导小组审定",
        en_for="for the leading group to approve",
    ),
    "notice": Named(
        zh="评议结果公告",
        en="Public notice of the result",
        zh_for="向社会公布",
        en_for="for the public",
    ),
    "quality": Named(
        zh="质量审核报告",
        en="Quality report",
        zh_for="回收了多少，哪些答卷不计、为什么，各单位样本够不够",
        en_for="what came in, what was left out and why, which samples suffice",
    ),
    "appeal": Named(
        zh="复核意见书",
        en="Decision on an appeal",
        zh_for="答复申诉的单位：决定、理由，得分复核前后",
        en_for="to a unit that appealed: the decision, why, its score before and after",
    ),
    "budget": Named(
        zh="结果运用表（预算安排）",
        en="Results for the budget",
        zh_for="送财政部门：各单位的折算得分和等次，与上次相比",
        en_for="for the budget office: points and grades of all units, change since last time",
    ),
    "cadre": Named(
        zh="结果运用表（干部考核）",
        en="Results for cadre files",
        zh_for="送组织部门：各单位的得分、误差和可以肯定的结论，与上次相比；也可以一个单位一份",
        en_for="for cadre files: scores with their error, what is sure, change; also of one unit",
    ),
}


def kind_named(name: str) -> Kind:
    """Return a kind by its name; raises Refused where there is none."""
    for kind in KINDS:
        if kind == name:
            return kind
    raise Refused.of(
        field="kind",
        zh=f"没有“{name}”这种文书",
        en=f"there is no document called {name!r}",
    )


@cache
def shipped(kind: Kind, lang: str) -> bytes:
    """Return the shipped template of a document in a language."""
    return (folder("templates") / "documents" / f"{kind}.{lang}.docx").read_bytes()
