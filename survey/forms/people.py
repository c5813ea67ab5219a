"""Forms of the page of officials' accounts."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

Choices = Sequence[tuple[str, str]]


class RoleForm(FlaskForm):  # type: ignore[misc]
    role = SelectField(_("角色"), validators=[InputRequired(_("请选择角色"))])
    class_code = SelectField(_("类别"), description=_("只有考评组要选：能看哪一类单位"), default="")
    unit = SelectField(_("单位"), description=_("只有单位联络员要选：本单位"), default="")

    def offer(self, *, roles: Choices, classes: Sequence[str], units: Choices) -> None:
        """Set what may be chosen."""
        nothing = ("", str(_("无")))
        self.role.choices = [("", str(_("请选择"))), *roles]
        self.class_code.choices = [nothing, *((code, code) for code in classes)]
        self.unit.choices = [nothing, *units]


class AccountForm(RoleForm):
    username = StringField(
        _("账号"),
        description=_("2至32个小写字母、数字或 _ . -，以字母开头"),
        validators=[DataRequired(_("请填写账号")), Length(max=64, message=_("账号过长"))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        _("姓名"),
        validators=[DataRequired(_("请填写姓名")), Length(max=40, message=_("姓名过长"))],
        render_kw={"autocomplete": "off"},
    )
