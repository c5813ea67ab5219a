"""Forms of the officials' pages."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


class SignInForm(FlaskForm):  # type: ignore[misc]
    username = StringField(
        _l("账号"),
        validators=[InputRequired(_l("请填写账号")), Length(max=64, message=_l("账号过长"))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("密码"),
        validators=[InputRequired(_l("请填写密码")), Length(max=128, message=_l("密码过长"))],
        render_kw={"autocomplete": "current-password"},
    )


class FirstAccountForm(FlaskForm):  # type: ignore[misc]
    username = StringField(
        _l("账号"),
        description=_l("2至32个小写字母、数字或 _ . -，以字母开头"),
        validators=[InputRequired(_l("请填写账号"))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        _l("姓名"),
        validators=[InputRequired(_l("请填写姓名")), Length(max=40, message=_l("姓名过长"))],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _l("密码"),
        description=_l("至少12个字符，可用一句话"),
        validators=[InputRequired(_l("请填写密码"))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("再次输入密码"),
        validators=[EqualTo("password", _l("两次输入的密码不一致"))],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old = PasswordField(
        _l("原密码"),
        validators=[InputRequired(_l("请填写原密码"))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("新密码"),
        description=_l("至少12个字符，可用一句话"),
        validators=[InputRequired(_l("请填写新密码"))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("再次输入新密码"),
        validators=[EqualTo("password", _l("两次输入的密码不一致"))],
        render_kw={"autocomplete": "new-password"},
    )


class PosterForm(FlaskForm):  # type: ignore[misc]
    unit = SelectField(_l("单位"))
    group = SelectField(_l("评议对象"))
    place = StringField(
        _l("张贴地点"),
        description=_l("例如：便民服务中心大厅"),
        validators=[Length(max=60, message=_l("张贴地点不超过60个字"))],
        render_kw={"autocomplete": "off"},
    )

    def offer(self, *, units: Sequence[tuple[str, str]], groups: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.unit.choices = list(units)
        self.group.choices = list(groups)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token that shows the request came from our own page."""
