"""The form that takes in the hashes of codes that a second body made."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import Length


class HashesForm(FlaskForm):  # type: ignore[misc]
    """A file of hashes, what its codes open, and why they come after the opening."""

    file = FileField(
        _("校验值文件（.json）"),
        description=_("制码单位用 survey code make 写出的文件；不要上传评议码本身"),
        validators=[FileRequired(_("请选择文件"))],
        render_kw={"accept": ".json"},
    )
    unit = SelectField(_("单位"))
    group = SelectField(_("评议对象"))
    channel = SelectField(_("渠道"))
    reason = StringField(
        _("开启后补登的理由"),
        description=_("评议已开启时填写，会公开；开启之前可以不填"),
        validators=[Length(max=500, message=_("理由不超过500个字"))],
        render_kw={"autocomplete": "off"},
    )

    def offer(
        self,
        *,
        units: Sequence[tuple[str, str]],
        groups: Sequence[tuple[str, str]],
        channels: Sequence[tuple[str, str]],
    ) -> None:
        """Set what may be chosen."""
        self.unit.choices = list(units)
        self.group.choices = list(groups)
        self.channel.choices = list(channels)
