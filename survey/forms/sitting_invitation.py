"""The office's form for codes that each open several units."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from survey.forms.office import InvitationForm


class SittingInvitationForm(InvitationForm):
    """As for one unit, but with a class or several units; exactly one of the two."""

    unit = None  # type: ignore[assignment]  # how WTForms leaves an inherited field out
    class_code = SelectField(_("某一类的全部单位"))
    units = StringField(
        _("或几个单位"),
        description=_("写单位代码，用逗号分开，例如：A01,B03"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def offer_classes(self, classes: Sequence[str]) -> None:
        """Set which classes may be chosen."""
        self.class_code.choices = [("", str(_("请选择"))), *((code, code) for code in classes)]

    def validate_units(self, field: Any) -> None:
        """Refuse a class and units, or neither."""
        if bool((field.data or "").strip()) == bool(self.class_code.data):
            raise ValidationError(str(_("请选择一类单位，或填写几个单位代码，二者选一")))
