"""The form of an interviewer's page: which invitation is called, and how a call ended."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

# What a call without an answer may end in, as AAPOR tells outcomes apart.
OUTCOMES = {
    "no_contact": _("没有联系上"),
    "refusal": _("拒绝受访"),
    "not_eligible": _("不符合条件"),
    "other": _("其他"),
}
COMPLETE = _("完成")


class InterviewForm(FlaskForm):  # type: ignore[misc]
    typed = StringField(
        _("评议码或序号"),
        description=_("序号写成“批号-序号”，例如：61-3；序号见评议码清单"),
        validators=[InputRequired(_("请填写"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
