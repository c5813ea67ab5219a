"""The form of the review desk."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length


class WordForm(FlaskForm):  # type: ignore[misc]
    """A person's word on a case: the button that was pressed, and why."""

    verdict = StringField(validators=[InputRequired(_("请选择一种认定"))])
    # Of several lines: the Enter key in a single one would press the first of the buttons.
    reason = TextAreaField(
        _("理由"),
        description=_("另一人表态以后，查看案卷的人都会看到"),
        validators=[
            InputRequired(_("请写明理由")),
            Length(max=500, message=_("理由不超过500个字")),
        ],
        render_kw={"autocomplete": "off", "rows": 3},
    )
