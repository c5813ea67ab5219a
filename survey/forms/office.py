"""Forms of the officials' pages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from survey.office_files.given import table_in
from survey.office_files.tables import Table


class SheetForm(FlaskForm):  # type: ignore[misc]
    """A table: a file, or pasted from a spreadsheet."""

    file = FileField(_("表格文件"), description=_("CSV 或 Excel 工作簿（.xlsx），最多60KB"))
    rows = TextAreaField(
        _("或从表格复制粘贴到这里"),
        description=_("第一行写列名：unit、place；对象不是群众的，另加一列 group"),
        render_kw={"rows": 6, "spellcheck": "false"},
    )

    def validate_rows(self, _field: Any) -> None:
        """Refuse both ways at once, and neither."""
        if bool(self.file.data) == bool((self.rows.data or "").strip()):
            raise ValidationError(str(_("请选择一个文件，或粘贴表格内容，二者选一")))

    def table(self) -> Table:
        """Return the table; raises Refused where it cannot be read."""
        if self.file.data:
            return table_in(self.file.data.read(), str(self.file.data.filename or ""))
        return table_in(str(self.rows.data).encode(), str(_("粘贴的表格")))


WORDS = [("zh", "中文"), ("en", "English")]


def files_offered() -> list[tuple[str, Any]]:
    """Return the files that codes can be handed over in."""
    return [
        ("list", _("清单（CSV）")),
        ("sheets", _("小卡片（PDF）")),
        ("letters", _("信函（PDF）")),
        ("texts", _("短信文本（CSV，每条不超过两段）")),
    ]


class PosterForm(FlaskForm):  # type: ignore[misc]
    unit = SelectField(_("单位"))
    group = SelectField(_("评议对象"))
    place = StringField(
        _("张贴地点"),
        description=_("例如：便民服务中心大厅"),
        validators=[Length(max=60, message=_("张贴地点不超过60个字"))],
        render_kw={"autocomplete": "off"},
    )

    def offer(self, *, units: Sequence[tuple[str, str]], groups: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.unit.choices = list(units)
        self.group.choices = list(groups)


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """One unit, a class or several units: exactly one of the three."""

    unit = SelectField(_("一个单位"), default="")
    class_code = SelectField(_("或某一类的全部单位"), default="")
    units = StringField(
        _("或几个单位"),
        description=_("写单位代码，用逗号分开，例如：A01,B03"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    group = SelectField(_("评议对象"))
    channel = SelectField(_("渠道"))
    count = IntegerField(
        _("数量"),
        validators=[
            InputRequired(_("请填写数量")),
            NumberRange(min=1, max=20_000, message=_("数量须为1至20000")),
        ],
    )
    until = DateField(
        _("有效期至"), description=_("可以不填：不填则到评议结束"), validators=[Optional()]
    )
    file = SelectField(
        _("文件"),
        description=_("小卡片每页10张，裁开发放；信函每码一页，均可直接打印"),
        default="list",
    )
    words = SelectField(_("文件用语"), default="zh")
    reason = StringField(
        _("超计划的理由"),
        description=_("发放数加上已发数超过方案计划数时填写；须经另一人批准后才发放"),
        validators=[Length(max=500, message=_("理由不超过500个字"))],
        render_kw={"autocomplete": "off"},
    )

    def offer(
        self,
        *,
        units: Sequence[tuple[str, str]],
        classes: Sequence[str],
        groups: Sequence[tuple[str, str]],
        channels: Sequence[tuple[str, str]],
    ) -> None:
        """Set what may be chosen."""
        nothing = ("", str(_("请选择")))
        self.unit.choices = [nothing, *units]
        self.class_code.choices = [nothing, *((code, code) for code in classes)]
        self.group.choices = list(groups)
        self.channel.choices = list(channels)
        self.file.choices = files_offered()
        self.words.choices = WORDS

    def validate_unit(self, _field: Any) -> None:
        """Refuse more than one way of saying what is rated, or none."""
        ways = (self.unit.data, self.class_code.data, (self.units.data or "").strip())
        if sum(map(bool, ways)) != 1:
            raise ValidationError(
                str(_("请选择一个单位或某一类的全部单位，或填写几个单位代码，三者选一"))
            )


class CollectForm(FlaskForm):  # type: ignore[misc]
    """A table of answers from telephone and paper."""

    file = FileField(
        _("表格文件"),
        description=_("CSV 或 Excel 工作簿（.xlsx），每行一份答卷，一次最多5000行"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".csv,.xlsx"},
    )
    channel = SelectField(_("渠道"), default="")
    skip_bad = BooleanField(_("跳过有错的行，只录入其余的行"))

    def offer(self, *, channels: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.channel.choices = [("", str(_("表格里有 channel 列"))), *channels]


class LeadersApprovalForm(FlaskForm):  # type: ignore[misc]
    """What the paper of the leading group says."""

    approved_on = DateField(_("审定日期"), validators=[InputRequired(_("请填写审定日期"))])
    document_number = StringField(
        _("文号或会议纪要编号"),
        description=_("例如：安绩〔2027〕3号"),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[
            DataRequired(_("请填写文号")),
            Length(max=60, message=_("文号不超过60个字")),
        ],
        render_kw={"autocomplete": "off"},
    )


class CallSheetForm(FlaskForm):  # type: ignore[misc]
    """A call sheet that comes back."""

    file = FileField(
        _("填好的回访登记表"),
        description=_("本页下载的 Excel 工作簿（.xlsx），填好“结果”一列"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".xlsx,.csv"},
    )


class RatingsForm(FlaskForm):  # type: ignore[misc]
    """A table of monthly totals from the county's 好差评 system."""

    file = FileField(
        _("填好的好差评月度合计表"),
        description=_("本页下载的 Excel 工作簿（.xlsx），或同样表头的 CSV"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".xlsx,.csv"},
    )


class CallRoundForm(FlaskForm):  # type: ignore[misc]
    """A round of verification calls in one class."""

    class_code = StringField(validators=[InputRequired()])
    at_most = IntegerField(
        _("这一轮最多打多少个电话"),
        description=_("分数线附近的单位排在前面，其次是打得少就能确认的"),
        default=200,
        validators=[
            InputRequired(_("请填写数量")),
            NumberRange(min=1, max=2_000, message=_("数量须为1至2000")),
        ],
    )


class NewCampaignForm(FlaskForm):  # type: ignore[misc]
    archive = FileField(
        _("Excel 工作簿（.xlsx），或评议活动的文件夹（.zip）"),
        description=_(
            "工作簿照模板填写；文件夹请压缩成一个 zip 文件，其中的表格可以是 CSV 或 .xlsx"
        ),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".xlsx,.zip,application/zip"},
    )


class ItemsFileForm(FlaskForm):  # type: ignore[misc]
    file = FileField(
        _("XLSForm 工作簿（.xlsx）"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".xlsx"},
    )


class CommonItemsForm(FlaskForm):  # type: ignore[misc]
    """Common items of a city, and its key."""

    file = FileField(
        _("共性题文件（.json）"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".json"},
    )
    key = StringField(
        _("市里的公钥"),
        description=_("照市里书面给出的填写，44个字符"),
        validators=[DataRequired(_("请填写公钥")), Length(max=60, message=_("不是公钥"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class EarlierDocumentForm(FlaskForm):  # type: ignore[misc]
    """Scores that another installation released, and its key."""

    file = FileField(
        _("得分文件（scores.json）"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".json"},
    )
    key = StringField(
        _("对方的公钥"),
        description=_("照对方书面给出的填写，44个字符"),
        validators=[DataRequired(_("请填写公钥")), Length(max=60, message=_("不是公钥"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class WordFileForm(FlaskForm):  # type: ignore[misc]
    """One Word file: a template of documents, or a document to be checked."""

    file = FileField(
        _("Word 文件（.docx）"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".docx"},
    )


class CopyForm(FlaskForm):  # type: ignore[misc]
    """Which campaign is copied, and what is another in the new one."""

    earlier = SelectField(_("复制哪一次评议"))
    code = StringField(
        _("新的编号"),
        description=_("例如：ANLAN-2027-GZPY"),
        validators=[DataRequired(_("请填写编号"))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    title_zh = StringField(
        _("中文名称"),
        validators=[DataRequired(_("请填写名称"))],
        render_kw={"autocomplete": "off"},
    )
    title_en = StringField(
        _("英文名称"),
        description=_("可以不填：不填则用中文名称"),
        render_kw={"autocomplete": "off"},
    )
    starts_on = DateField(_("第一天"), validators=[InputRequired(_("请填写日期"))])
    ends_on = DateField(_("最后一天"), validators=[InputRequired(_("请填写日期"))])

    def offer(self, campaigns: Sequence[tuple[str, str]]) -> None:
        """Set which campaigns there are."""
        self.earlier.choices = list(campaigns)


class TicksField(SelectMultipleField):
    """Boxes to tick, at least one."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **words: Any) -> None:
        super().__init__(label, validators=[InputRequired(_("请至少勾选一项"))], **words)


class PlanCodesForm(FlaskForm):  # type: ignore[misc]
    """All codes that the plan still wants of the units and groups ticked."""

    units = TicksField(_("单位"))
    groups = TicksField(_("评议对象"))
    channel = SelectField(_("渠道"))
    until = DateField(
        _("有效期至"), description=_("可以不填：不填则到评议结束"), validators=[Optional()]
    )
    files = TicksField(_("每个单位的文件"))
    words = SelectField(_("文件用语"), default="zh")

    def offer(
        self,
        *,
        units: Sequence[tuple[str, str]],
        groups: Sequence[tuple[str, str]],
        channels: Sequence[tuple[str, str]],
    ) -> None:
        """Set what may be chosen."""
        self.units.choices, self.groups.choices = list(units), list(groups)
        self.channel.choices = list(channels)
        self.files.choices = files_offered()
        self.words.choices = WORDS


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token that shows the request came from our own page."""


class ReminderForm(FlaskForm):  # type: ignore[misc]
    """Batches to be reminded, and what the reminders are sent as."""

    batches = SelectMultipleField(_("要催办的批次"), coerce=int)
    half = SelectField(
        _("催办谁"),
        default="0",
        description=_(
            "方案按各轮催办估计未作答的影响（waves_interval）时，建议先催办抽签的一半两次，"
            "再催办另一半两次，各批同一天；谁在哪一半由系统抽签，不能挑选"
        ),
    )
    files = TicksField(_("文件"))
    words = SelectField(_("文件用语"), default="zh")
    own = FileField(
        _("自己的清单"),
        description=_(
            "可以不选。选发放时下载的清单（可另加电话、地址等列，CSV 或 .xlsx），"
            "用过的去掉，其余各行带原码给回；系统不保存这份清单"
        ),
        render_kw={"accept": ".csv,.xlsx"},
    )

    def offer(self, *, batches: Sequence[int]) -> None:
        """Set what may be ticked."""
        self.batches.choices = [(number, str(number)) for number in batches]
        self.half.choices = [
            ("0", _("全部")),
            ("1", _("抽签先催办的一半")),
            ("2", _("后催办的另一半")),
        ]
        self.files.choices = [
            ("list", _("清单（CSV）")),
            ("letters", _("提醒信（PDF）")),
            ("texts", _("提醒短信（CSV，每条不超过两段）")),
        ]
        self.words.choices = WORDS

    def validate_batches(self, _field: Any) -> None:
        """Refuse a wave of nobody."""
        if not self.batches.data:
            raise ValidationError(str(_("请至少勾选一批")))


def _reason(seen_by: str) -> StringField:
    return StringField(
        _("理由"),
        description=seen_by,
        validators=[
            DataRequired(_("请写明理由")),
            Length(max=500, message=_("理由不超过500个字")),
        ],
        render_kw={"autocomplete": "off"},
    )


class ProposalForm(FlaskForm):  # type: ignore[misc]
    reason = _reason(_("批准人会看到"))


class AmendmentForm(FlaskForm):  # type: ignore[misc]
    """For a new version of an opened plan."""

    reason = _reason(_("居民和批准人都会看到"))


class DecliningForm(FlaskForm):  # type: ignore[misc]
    """For who declines a proposal, and for who takes back an own one."""

    reason = _reason(_("提请人和批准人都会看到"))


class ExtensionForm(ProposalForm):
    until = DateField(
        _("新的最后一天"),
        description=_("须晚于原定的最后一天；居民可以评到当天结束"),
        validators=[InputRequired(_("请填写日期"))],
    )


class ApprovalForm(FlaskForm):  # type: ignore[misc]
    reason = StringField(
        _("批准说明"),
        description=_("可以不填"),
        validators=[Length(max=500, message=_("理由不超过500个字"))],
        render_kw={"autocomplete": "off"},
    )
