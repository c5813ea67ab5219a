"""Forms of visits: what an inspector enters on the spot, and what is asked of a second person."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from survey.model import LONGEST_PLACE, LONGEST_SEEN

_ITEM = "item_"  # before the code of an item, which may be any other field's name


class VisitForm(FlaskForm):  # type: ignore[misc]
    """A visit; the items of the list are added by `visit_form`."""

    visited_on = DateField(
        _("察访日期"),
        validators=[InputRequired(_("请填写日期，如 2026-12-10"))],
        render_kw={"autocomplete": "off"},
    )
    place = StringField(
        _("地点"),
        description=_("例如：一楼服务大厅3号窗口"),
        validators=[
            InputRequired(_("请填写地点")),
            Length(max=LONGEST_PLACE, message=_("不超过100字")),
        ],
        render_kw={"autocomplete": "off"},
    )
    seen = TextAreaField(
        _("看到的情况"),
        description=_("可以不填。只写看到的事，不写任何人的姓名、电话"),
        validators=[Length(max=LONGEST_SEEN, message=_("不超过2000字"))],
        render_kw={"rows": 4},
    )
    photo = FileField(
        _("照片"),
        description=_(
            "可以不选。一张 JPEG 或 PNG，最大8MB；拍摄时间、位置等信息会全部去掉，请勿拍到人脸"
        ),
        validators=[Optional()],
        render_kw={"accept": "image/jpeg,image/png"},
    )

    def items(self) -> list[RadioField]:
        """Return the fields of the list's items in their order."""
        return [field for field in self if field.name.startswith(_ITEM)]

    def findings(self) -> dict[str, str]:
        """Return what was found, by the codes of the items."""
        return {field.name.removeprefix(_ITEM): field.data or "" for field in self.items()}


def visit_form(
    items: Sequence[tuple[str, str]], findings: Sequence[tuple[str, str]], *, fresh: bool = False
) -> VisitForm:
    """Return a form with a question for each item, by its code and its words."""
    fields = {
        f"{_ITEM}{code}": RadioField(words, validators=[InputRequired(_("请选择一项"))])
        for code, words in items
    }
    of_scheme: type[VisitForm] = type("VisitFormOfScheme", (VisitForm,), fields)
    form = of_scheme(formdata=None) if fresh else of_scheme()
    for item in form.items():
        item.choices = list(findings)
    return form


class VisitDecisionForm(FlaskForm):  # type: ignore[misc]
    """Whether a visit is to count."""

    outcome = SelectField(_("提请"), validators=[InputRequired(_("请选择确认或撤销"))])
    reason = TextAreaField(
        _("理由"),
        description=_("撤销必须写明；批准人会看到"),
        validators=[Length(max=500, message=_("理由不超过500个字"))],
        render_kw={"rows": 3},
    )

    def offer(self, outcomes: Sequence[tuple[str, str]]) -> None:
        """Set what can be asked for."""
        self.outcome.choices = [("", str(_("请选择"))), *outcomes]
