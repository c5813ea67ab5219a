"""The form for keying in one paper sheet: digits for its items, Enter for the next sheet."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from survey.forms import messages

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
PERSON = ("age_group", "sex", "township_code", "residence")


class KeyingForm(FlaskForm):  # type: ignore[misc]
    """What stands on a sheet; what its cells may say is checked as that of a table's row."""

    response_id = StringField(
        _("答卷编号"),
        description=_("每份一个，写在问卷上；不要用电话号码或姓名"),
        validators=[InputRequired(_("请填写"))],
        render_kw={**_PLAIN, "autofocus": True, "maxlength": 40},
    )
    token = StringField(_("评议码"), description=_("没有的不填"), render_kw=_PLAIN)
    filled_on = DateField(_("作答日期"), validators=[InputRequired(_("请填写日期"))])
    answers = StringField(_("各题答案"), validators=[InputRequired(_("请填写"))], render_kw=_PLAIN)
    age_group = SelectField(_("年龄"))
    sex = SelectField(_("性别"))
    township_code = SelectField(_("居住的乡镇"))
    residence = SelectField(_("城镇或农村"))
    own_staff = BooleanField(_("本单位工作人员"))
    reasons = StringField(
        _("不满意的原因"), description=_("填代码，用分号隔开，例如：R6;R7"), render_kw=_PLAIN
    )
    comment = TextAreaField(_("意见建议"), render_kw={"rows": 2})

    def offer(
        self, *, areas: Sequence[tuple[str, str]], profile: Sequence[Any], n_items: int
    ) -> None:
        """Set what may be chosen, and say how many digits are wanted."""
        asked = {item["id"]: item["options"] for item in profile}
        nothing = ("", str(messages.PLEASE_CHOOSE))
        for field, name in ((self.age_group, "P1"), (self.sex, "P2"), (self.residence, "P4")):
            options = [(value, messages.option(value)) for value in asked[name]]
            field.choices = [nothing, *_numbered(options)]
        elsewhere = ("not_local", f"0 {messages.NOT_LOCAL}")
        self.township_code.choices = [nothing, *_numbered(areas), elsewhere]
        self.answers.description = _(
            "按题目顺序共%(n)d位，每题一位：5到1，不了解填0，没有回答填-", n=n_items
        )

    def cells(self) -> dict[str, str]:
        """Return what was keyed in, by the columns of a table."""
        return {
            "response_id": (self.response_id.data or "").strip(),
            "filled_on": self.filled_on.data.isoformat() if self.filled_on.data else "",
            "answers": (self.answers.data or "").replace(" ", ""),
            **{name: self[name].data or "" for name in PERSON},
            "own_staff": "1" if self.own_staff.data else "",
            "reasons": (self.reasons.data or "").strip(),
            "comment": (self.comment.data or "").strip(),
        }


def _numbered(options: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Begin each with its number: a digit chooses it, whatever input method is on."""
    return [(value, f"{number} {words}") for number, (value, words) in enumerate(options, start=1)]


class DifferenceForm(FlaskForm):  # type: ignore[misc]
    """Only the token: which of two is right is asked by a name for each difference."""
