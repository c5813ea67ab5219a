"""Forms of the draw of invited people: what is fixed before, and the seed."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from survey.forms.office import ProposalForm

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
_LONGEST = Length(max=100, message=_("不超过100字"))
_MOST = 5_000_000


class RosterForm(ProposalForm):
    """A roster to be fixed, by its digests alone."""

    roster = StringField(
        _("名册校验值"),
        description=_("survey draw commit 打印的64位校验值；名册本身不要上传"),
        validators=[InputRequired(_("请填写校验值")), _LONGEST],
        render_kw=_PLAIN,
    )
    sizes = StringField(
        _("抽样方案校验值"),
        validators=[InputRequired(_("请填写校验值")), _LONGEST],
        render_kw=_PLAIN,
    )
    people = IntegerField(
        _("名册人数"),
        validators=[
            InputRequired(_("请填写人数")),
            NumberRange(min=1, max=_MOST, message=_("请填写名册里的人数")),
        ],
    )
    source = StringField(
        _("随机种子的来源"),
        description=_("登记之后才公布、任何人能查到的数，例如：某期福利彩票的开奖号码"),
        validators=[InputRequired(_("请写明来源")), _LONGEST],
        render_kw={"autocomplete": "off"},
    )
    known_on = DateField(
        _("种子公布的日期"),
        description=_("须晚于今天"),
        validators=[InputRequired(_("请填写日期"))],
    )


class SeedForm(ProposalForm):
    """A seed as it was announced."""

    seed = StringField(
        _("随机种子"),
        description=_("照公布的原样填写，例如把开奖号码依次连写"),
        validators=[InputRequired(_("请填写种子")), _LONGEST],
        render_kw=_PLAIN,
    )
