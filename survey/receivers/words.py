"""What tokens may do and what systems say of releases, in words."""

from flask_babel import lazy_gettext as _

RIGHT_WORDS = {
    "scores": _("读取已发布的得分"),
    "progress": _("读取评议进度"),
    "acknowledge": _("回执"),
}
OUTCOME_WORDS = {
    "received": _("已收到"),
    "imported": _("已导入"),
    "rejected": _("已退回"),
}
