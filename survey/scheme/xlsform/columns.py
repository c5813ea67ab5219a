"""The sheets and columns of an XLSForm that are read here, and what is known and is not."""

import re

from survey.office_files.signs import meant_code

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
# As XLSForm writes languages: a name, and the code that tells them.
LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}

_NAMED = {"zh": "zh", "中文": "zh", "chinese": "zh", "en": "en", "英文": "en", "english": "en"}
_CODE = re.compile(r"\(([^()]+)\)$")
_LABELS = ("label::zh", "label::en")

SUPPORTED: dict[str, tuple[str, ...]] = {
    SURVEY: (
        *("type", "name", *_LABELS, "hint::zh", "hint::en"),
        *("required", "relevant", "constraint", "appearance", "classes"),
    ),
    CHOICES: ("list_name", "name", *_LABELS, "eligible"),
    SETTINGS: ("form_title", "form_id", "version", "default_language"),
}
NEEDED = {SURVEY: ("type", "name", "label::zh"), CHOICES: ("list_name", "name", "label::zh")}
# Of XLSForm, and without a meaning here: refused where somebody has filled them in.
_UNSUPPORTED = frozenset(
    {
        *("calculation", "choice_filter", "default", "trigger", "parameters", "read_only"),
        *("repeat_count", "constraint_message", "required_message", "guidance_hint", "save_to"),
        *("media", "image", "big-image", "audio", "video", "autoplay", "body", "bind", "instance"),
        *("instance_name", "public_key", "submission_url", "style", "allow_choice_duplicates"),
        *("auto_send", "auto_delete", "client_editable", "namespaces", "omit_instanceid"),
    }
)
_ALIASES = {"relevance": "relevant", "calculate": "calculation", "readonly": "read_only"}


def column_name(sheet: str, heading: str, *, otherwise: str = "zh") -> str:
    """Return the name that a column is read by; labels without a language are `otherwise`."""
    base, apart, language = (part.strip() for part in meant_code(heading).partition("::"))
    base = re.sub(r"\s+", "_", base.casefold())
    base = "name" if (sheet, base) == (CHOICES, "value") else _ALIASES.get(base, base)
    if base not in {"label", "hint"}:
        return f"{base}::{language}" if apart else base
    lang = language_code(language) if apart else otherwise
    return f"{base}::{lang or language}"


def language_code(name: str) -> str:
    """Return zh or en for a language as XLSForm names it, nothing for any other."""
    name = meant_code(name)
    in_brackets = _CODE.search(name)
    code = (in_brackets[1] if in_brackets else name).strip().casefold()
    return _NAMED.get(code, _NAMED.get(re.split("[-_]", code)[0], ""))


def is_unsupported(name: str) -> bool:
    """Say whether a column is one of XLSForm that means nothing here."""
    return name.partition("::")[0] in _UNSUPPORTED
