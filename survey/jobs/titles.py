"""What kinds of jobs are called, on their pages and in the audit."""

from flask_babel import lazy_gettext as _

TITLES = {
    "score": _("计分"),
    "weigh": _("复核计算"),
    "weigh_case": _("试算一个案卷"),
    "draw_calls": _("抽取回访号码"),
    "microdata": _("制作逐份数据文件"),
    "letters": _("制作全部反馈函"),
    "cadre": _("制作结果运用表（干部考核）"),
    "posters": _("制作海报"),
}
OUTCOMES = {
    "done": _("完成"),
    "failed": _("未完成，原因见当时的页面"),
    "interrupted": _("几次中途停下，没有完成"),
}
