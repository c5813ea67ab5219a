"""What is looked for in the audit: asked by GET, so that an address says it and it can be kept."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

_AS_TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_LONGEST = 80


class AuditFilterForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False  # it changes nothing

    who = StringField(
        _("谁"),
        validators=[Length(max=_LONGEST, message=_("不超过80个字"))],
        render_kw={**_AS_TYPED, "placeholder": _("姓名或账号")},
    )
    action = SelectField(_("操作"), default="")
    about = StringField(
        _("对谁、对什么"),
        validators=[Length(max=_LONGEST, message=_("不超过80个字"))],
        render_kw={**_AS_TYPED, "placeholder": _("单位代码、活动代码、意见编号或账号")},
    )
    since = DateField(_("从哪天"), validators=[Optional()])
    until = DateField(_("到哪天"), validators=[Optional()])

    def offer(self, actions: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.action.choices = [("", str(_("全部"))), *actions]

    def validate_until(self, _field: Any) -> None:
        """Refuse days the wrong way round, which nothing lies between."""
        if self.since.data and self.until.data and self.until.data < self.since.data:
            raise ValidationError(str(_("“到哪天”不能早于“从哪天”")))
