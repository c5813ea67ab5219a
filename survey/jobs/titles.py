"""What kinds of jobs are called, on their pages and in the audit."""

from flask_babel import lazy_gettext as _

TITLES = {
    "score": _("计分"),
    "weigh": _("复核计算"),
    "microdata": _("制作逐份数据文件"),
}
OUTCOMES = {
    "done": _("完成"),
    "failed": _("未完成，原因见当时的页面"),
    "interrupted": _("几次中途停下，没有完成"),
}
