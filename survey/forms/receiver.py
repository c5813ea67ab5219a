"""Forms about other machines: tokens, addresses, witnesses, parcels, counties."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from survey.forms.office import TicksField
from survey.problems import Refused

EVERY_CAMPAIGN = "*"
_LARGEST = 64 * 1024
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


class CosignatureForm(FlaskForm):  # type: ignore[misc]
    """A file, or what a scanner types."""

    file = FileField(
        _("见证方签好的文件"),
        description=_("见证方电脑上 cosigned 文件夹里的 .txt 文件"),
        render_kw={"accept": ".txt,text/plain"},
    )
    typed = TextAreaField(
        _("或把扫描到的签名粘贴到这里"),
        description=_("以“— ”开头的一行，或整个文件的内容"),
        validators=[Length(max=_LARGEST, message=_("内容过长"))],
        render_kw={"rows": 4, "spellcheck": "false", "autocomplete": "off"},
    )

    @property
    def text(self) -> str:
        """What was given, the file before what was typed.

        Raises Refused where nothing was, and where the file is no text.
        """
        given = self.file.data.read(_LARGEST + 1) if self.file.data else b""
        try:
            text = given.decode() or (self.typed.data or "")
        except UnicodeDecodeError as error:
            raise Refused.of(
                file=self.file.data.filename,
                zh="不是文本文件；应上传见证方 cosigned 文件夹里的 .txt 文件",
                en="is no text file; give the .txt file from the witness's folder `cosigned`",
            ) from error
        if not text.strip():
            raise Refused.of(
                zh="请选择见证方签好的文件，或粘贴扫描到的签名",
                en="choose the file a witness signed, or paste the signature that was scanned",
            )
        return text


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


class CountyKeyForm(FlaskForm):  # type: ignore[misc]
    county = StringField(
        _("县（市、区）名称"),
        validators=[
            DataRequired(_("请填写县（市、区）名称")),
            Length(max=60, message=_("名称过长")),
        ],
        render_kw={"autocomplete": "off"},
    )
    key = StringField(
        _("公钥"),
        description=_("照县里书面给出的填写，44个字符"),
        validators=[DataRequired(_("请填写公钥")), Length(max=60, message=_("不是公钥"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class MarkForm(FlaskForm):  # type: ignore[misc]
    mark = StringField(
        _("公钥指纹的前16位"),
        description=_("照县里的书面材料填写，不要照屏幕抄"),
        validators=[DataRequired(_("请填写指纹")), Length(max=40, message=_("不是指纹"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class CountyReleasesForm(FlaskForm):  # type: ignore[misc]
    files = MultipleFileField(
        _("县里的得分文件"),
        description=_("已发布的得分（JSON），可以一次选几个"),
        validators=[FileRequired(_("请选择一个文件"))],
        render_kw={"accept": ".json"},
    )
