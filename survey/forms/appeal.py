"""Forms of appeals: a unit's own, and the office's decision."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from survey.model import LONGEST_STATEMENT


class AppealForm(FlaskForm):  # type: ignore[misc]
    """What a unit contests, why, and a file."""

    matter = SelectField(_("对什么有异议"), validators=[InputRequired(_("请选择对什么有异议"))])
    which = StringField(
        _("具体是哪一项"),
        description=_("可以不填。例如：反馈函里的哪条规则、哪张海报"),
        validators=[Length(max=200, message=_("不超过200字"))],
        render_kw={"autocomplete": "off"},
    )
    statement = TextAreaField(
        _("事实和理由"),
        description=_("不超过3000字。请勿写居民的姓名、电话"),
        validators=[
            InputRequired(_("请写明事实和理由")),
            Length(max=LONGEST_STATEMENT, message=_("不超过3000字")),
        ],
        render_kw={"rows": 8},
    )
    file = FileField(
        _("附件"),
        description=_(
            "可以不选。一个文件：PDF、JPEG、PNG、Word（.docx）或 Excel（.xlsx），最大5MB"
        ),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"},
    )

    def offer(self, matters: Sequence[tuple[str, str]]) -> None:
        """Set what can be contested."""
        self.matter.choices = [("", str(_("请选择"))), *matters]


class AppealDecisionForm(FlaskForm):  # type: ignore[misc]
    """How an appeal ends, and why."""

    outcome = SelectField(_("决定"), validators=[InputRequired(_("请选择一种决定"))])
    reason = TextAreaField(
        _("理由"),
        description=_("写入复核意见书，单位和批准人都会看到"),
        validators=[
            InputRequired(_("请写明理由")),
            Length(max=500, message=_("理由不超过500个字")),
        ],
        render_kw={"rows": 4},
    )

    def offer(self, outcomes: Sequence[tuple[str, str]]) -> None:
        """Set which decisions there are."""
        self.outcome.choices = [("", str(_("请选择"))), *outcomes]
