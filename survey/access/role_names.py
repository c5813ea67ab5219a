"""Officials' roles in words."""

from flask_babel import lazy_gettext as _

from survey.model import ROLES

_NAMES = {
    "office_admin": _("绩效办管理员"),
    "office_review": _("绩效办复核员"),
    "class_group": _("考评组"),
    "unit_liaison": _("单位联络员"),
    "inspector": _("察访核验员"),
    "leader": _("领导小组"),
    "auditor": _("审计员"),
}


def role_name(role: str) -> str:
    """Return a role in the language of the page."""
    return str(_NAMES[role])


def role_choices() -> list[tuple[str, str]]:
    """Return every role with its name, as a form offers them."""
    return [(role, role_name(role)) for role in ROLES]
