"""The form of an address that releases are sent to."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from survey.forms.office import TicksField
from survey.forms.receiver import EVERY_CAMPAIGN


class AddressForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _("接收系统的名称"),
        description=_("例如：县绩效考核主系统"),
        validators=[
            DataRequired(_("请填写接收系统的名称")),
            Length(max=60, message=_("名称过长")),
        ],
        render_kw={"autocomplete": "off"},
    )
    url = StringField(
        _("送达地址"),
        description=_("对方提供的网址，以 https:// 开头"),
        validators=[
            DataRequired(_("请填写网址")),
            Length(max=500, message=_("网址过长")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "url"},
    )
    campaigns = TicksField(_("哪些评议活动"))

    def offer(self, campaigns: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.campaigns.choices = [(EVERY_CAMPAIGN, str(_("全部，包括以后新建的"))), *campaigns]

    @property
    def chosen(self) -> list[str] | None:
        """Return the codes of campaigns, None for all."""
        given = list(self.campaigns.data or [])
        return None if EVERY_CAMPAIGN in given else given
