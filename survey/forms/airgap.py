"""Forms of parcels: the next one, and a receipt that came back."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class ParcelForm(FlaskForm):  # type: ignore[misc]
    to = StringField(
        _("接收方代号"),
        description=_("英文字母、数字和“-”，例如 city；同一接收方每次都用同一个"),
        validators=[
            DataRequired(_("请填写接收方代号")),
            Length(max=30, message=_("代号过长")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ReceiptForm(FlaskForm):  # type: ignore[misc]
    file = FileField(
        _("回执文件"),
        description=_("接收方 receipts 文件夹里的 .receipt.json"),
        validators=[FileRequired(_("请选择一个文件"))],
        render_kw={"accept": ".json"},
    )
    key = StringField(
        _("接收方的公钥（可以不填）"),
        description=_("填了就必须是它签的名"),
        validators=[Length(max=60, message=_("不是公钥"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
