"""Forms about other machines: tokens, addresses that releases are sent to, witnesses."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
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
