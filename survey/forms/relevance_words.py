"""A condition in words, for whoever fills in the whole page without script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from survey.forms.relevance import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An item as the page shows it: its number, and its options by value."""

    number: int
    options: Mapping[str, str]


def in_words(tree: Tree, known: Mapping[str, ShownItem]) -> str:
    """Return a condition as a sentence; `known` are the items by their id."""
    return str(_("仅当%(condition)s时回答，否则请留空。", condition=_words(tree, known)))


def _words(tree: Tree, known: Mapping[str, ShownItem]) -> str:
    match tree:
        case ["and", *parts]:
            return str(_("且")).join(_bracketed(part, known) for part in parts)
        case ["or", *parts]:
            return str(_("或")).join(_bracketed(part, known) for part in parts)
        case ["not", part]:
            return str(_("并非（%(condition)s）", condition=_words(part, known)))
    sign, item_id, value = tree
    asked = known[item_id]
    return _test(sign, asked.number, asked.options.get(str(value), value))


def _bracketed(tree: Tree, known: Mapping[str, ShownItem]) -> str:
    words = _words(tree, known)
    return str(_("（%(condition)s）", condition=words)) if tree[0] in {"and", "or"} else words


def _test(sign: str, n: int, value: Any) -> str:
    if value == "":
        return str(_("第%(n)d题未答", n=n) if sign == "=" else _("第%(n)d题已答", n=n))
    words = {
        "selected": _("第%(n)d题选了“%(value)s”", n=n, value=value),
        "=": _("第%(n)d题的回答是“%(value)s”", n=n, value=value),
        "!=": _("第%(n)d题的回答不是“%(value)s”", n=n, value=value),
        "<": _("第%(n)d题小于%(value)s", n=n, value=value),
        "<=": _("第%(n)d题不大于%(value)s", n=n, value=value),
        ">": _("第%(n)d题大于%(value)s", n=n, value=value),
        ">=": _("第%(n)d题不小于%(value)s", n=n, value=value),
    }
    return str(words[sign])
