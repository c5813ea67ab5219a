"""What the questionnaire's form says: one place for its labels and faults."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

CHOOSE_ONE = _("请选择一项")
NOT_A_CHOICE = _("所选内容不在选项之中，请重新选择")
CHOOSE_SOME = _("请至少选一项")
FILL_IN = _("请填写")

PLEASE_CHOOSE = _("请选择")
NOT_LOCAL = _("不在本县居住")

OPTIONS = {
    "under18": _("未满18岁"),
    "male": _("男"),
    "female": _("女"),
    "prefer_not": _("不愿透露"),
    "urban": _("城镇"),
    "rural": _("农村"),
}
THESE_UNITS = _("下列各单位")
UNITS_TO_RATE = _("请勾选您要评议的单位，不了解的不用勾")
RATE_ONE = _("请至少评一个单位")
RATE_BEFORE_COMMENT = _("请先评这个单位，再写意见")
OWN_UNIT = _("您在以上哪个单位工作？（您对本单位的评价不计入得分）")
NONE_OF_THEM = _("都不是")
OWN_STAFF = _("我是该单位的工作人员（本单位人员的答卷不计入得分）")


def option(value: str) -> str:
    """Say an answer about the person; ages are the questionnaire's own."""
    if value in OPTIONS:
        return str(OPTIONS[value])
    low, _dash, high = value.partition("-")
    if high:
        return str(gettext("%(low)s–%(high)s岁", low=low, high=high))
    oldest = value.removeprefix("over")
    youngest = int(oldest) + 1 if oldest != value else int(value.removesuffix("+"))
    return str(gettext("%(low)s岁以上", low=youngest))


def at_most(most: int) -> str:
    """Say how many answers may be chosen."""
    return str(gettext("最多选%(most)d项", most=most))


def too_long(most: int) -> str:
    """Say how long a text may be."""
    return str(gettext("最多%(most)s字，请删减后再提交", most=most))
