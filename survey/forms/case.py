"""Forms of the pages about cases, one for each kind of step."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from survey.model import CASE_LEVELS

LONGEST = 2000
LABELS = {
    "dismiss": _("不予受理的理由（会告知居民）"),
    "answer": _("由绩效办直接答复"),
    "return": _("退回的理由（单位能看到）"),
    "reply": _("办理情况和答复（审核后居民能看到）"),
}


TOGETHER = {
    "assign": _("核实并交办给单位"),
    "answer": _("由绩效办直接答复（同一答复）"),
    "dismiss": _("不予受理（同一理由）"),
    "publish": _("审核通过，向居民公布"),
    "close": _("办结"),
}


class VerifyForm(FlaskForm):  # type: ignore[misc]
    level = RadioField(
        _("办理难度"),
        choices=list(CASE_LEVELS),  # type: ignore[arg-type]  # the stubs lack plain values
        validators=[InputRequired(_("请选择办理难度"))],
    )
    text = TextAreaField(
        _("给单位看的内容"),
        description=_("系统已去除号码和标明的姓名。请再核对一遍，删去能认出填写人的细节。"),
        validators=[
            InputRequired(_("请填写内容")),
            Length(max=LONGEST, message=_("不超过2000字")),
        ],
        render_kw={"rows": 6},
    )


class WordsForm(FlaskForm):  # type: ignore[misc]
    """A step that takes words: a reason, a reply, a note."""

    text = TextAreaField(
        validators=[
            InputRequired(_("请填写内容")),
            Length(max=LONGEST, message=_("不超过2000字")),
        ],
        render_kw={"rows": 5},
    )


class TogetherForm(FlaskForm):  # type: ignore[misc]
    """One step for several cases; which fields it needs depends on the step."""

    case = SelectMultipleField(choices=[], validate_choice=False)
    step = RadioField(
        _("办理方式"),
        choices=list(TOGETHER),  # type: ignore[arg-type]  # the stubs lack plain values
        validators=[InputRequired(_("请选择办理方式"))],
    )
    level = RadioField(
        _("办理难度"),
        choices=list(CASE_LEVELS),  # type: ignore[arg-type]  # the stubs lack plain values
        default=CASE_LEVELS[0],
    )
    text = TextAreaField(
        _("答复或理由（居民能看到）"),
        validators=[Length(max=LONGEST, message=_("不超过2000字"))],
        render_kw={"rows": 4},
    )


def words_form(step: str, **given: Any) -> WordsForm:
    """Return the form of a step that takes words, its field named after the step."""
    form = WordsForm(prefix=step, **given)
    form.text.label.text = LABELS[step]
    return form
