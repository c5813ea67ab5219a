"""Forms of the office's door: signing in, passwords, the second factor."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


def _username_field(description: Any = "") -> StringField:
    return StringField(
        _("账号"),
        description=description,
        validators=[InputRequired(_("请填写账号")), Length(max=64, message=_("账号过长"))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _new_password_field(label: Any) -> PasswordField:
    return PasswordField(
        label,
        description=_("至少10个字符，可用一句话；不要用姓名、账号、县名、年份或连续的数字"),
        validators=[InputRequired(_("请填写密码")), Length(max=128, message=_("密码过长"))],
        render_kw={"autocomplete": "new-password"},
    )


def _again_field(label: Any) -> PasswordField:
    return PasswordField(
        label,
        validators=[EqualTo("password", _("两次输入的密码不一致"))],
        render_kw={"autocomplete": "new-password"},
    )


def _present_password_field(label: Any) -> PasswordField:
    return PasswordField(
        label,
        validators=[InputRequired(_("请填写密码")), Length(max=128, message=_("密码过长"))],
        render_kw={"autocomplete": "current-password"},
    )


def _code_field(label: Any, description: Any, *, required: bool) -> StringField:
    asked = [InputRequired(_("请填写动态口令"))] if required else []
    return StringField(
        label,
        description=description,
        validators=[*asked, Length(max=32, message=_("动态口令过长"))],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )


class SignInForm(FlaskForm):  # type: ignore[misc]
    username = _username_field()
    password = _present_password_field(_("密码"))
    code = _code_field(
        _("动态口令"),
        _("开通了两步登录的账号才填：手机上的6位数字；手机不在身边时，填一个恢复码"),
        required=False,
    )


class FirstAccountForm(FlaskForm):  # type: ignore[misc]
    token = StringField(
        _("设置口令"),
        description=_("启动系统的窗口里显示的16位字符，大小写都可以，空格不用输"),
        validators=[InputRequired(_("请填写设置口令")), Length(max=64, message=_("口令过长"))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    username = _username_field(_("2至32个小写字母、数字或 _ . -，以字母开头"))
    name = StringField(
        _("姓名"),
        validators=[InputRequired(_("请填写姓名")), Length(max=40, message=_("姓名过长"))],
        render_kw={"autocomplete": "name"},
    )
    password = _new_password_field(_("密码"))
    again = _again_field(_("再次输入密码"))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old = _present_password_field(_("原密码"))
    password = _new_password_field(_("新密码"))
    again = _again_field(_("再次输入新密码"))


class EnrolForm(FlaskForm):  # type: ignore[misc]
    code = _code_field(_("动态口令"), _("手机上现在显示的6位数字"), required=True)
    password = _present_password_field(_("登录密码"))


class RemoveFactorForm(FlaskForm):  # type: ignore[misc]
    code = _code_field(_("动态口令"), _("手机上现在显示的6位数字，或一个恢复码"), required=True)
    password = _present_password_field(_("登录密码"))
