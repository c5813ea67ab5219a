"""The forms of a token for another system, and of an address that releases are sent to."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from survey.forms.office import TicksField

EVERY_CAMPAIGN = "*"
_RIGHTS = {
    "scores": _("读取已发布的得分"),
    "progress": _("读取评议进度（不精确到个位，人少的不给）"),
    "acknowledge": _("回执：收到、已导入、退回"),
}


class _SystemForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _("接收系统的名称"),
        description=_("例如：县绩效考核主系统"),
        validators=[
            DataRequired(_("请填写接收系统的名称")),
            Length(max=60, message=_("名称过长")),
        ],
        render_kw={"autocomplete": "off"},
    )
    campaigns = TicksField(_("哪些评议活动"))

    def offer(self, *, campaigns: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.campaigns.choices = [(EVERY_CAMPAIGN, str(_("全部，包括以后新建的"))), *campaigns]

    @property
    def chosen(self) -> list[str] | None:
        """Return the codes of campaigns, None for all."""
        given = list(self.campaigns.data or [])
        return None if EVERY_CAMPAIGN in given else given


class ReceiverForm(_SystemForm):
    rights = TicksField(_("可以做什么"))
    until = DateField(
        _("有效期至"),
        description=_("最长两年；到期后另建一个"),
        validators=[InputRequired(_("请填写日期"))],
    )

    def offer(self, *, campaigns: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        super().offer(campaigns=campaigns)
        self.rights.choices = [(right, str(words)) for right, words in _RIGHTS.items()]

    @property
    def last_day(self) -> date:
        """Return the day until which it holds."""
        assert self.until.data is not None
        return self.until.data


class AddressForm(_SystemForm):
    url = StringField(
        _("送达地址"),
        description=_("对方提供的网址，以 https:// 开头"),
        validators=[
            DataRequired(_("请填写网址")),
            Length(max=500, message=_("网址过长")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "url"},
    )
