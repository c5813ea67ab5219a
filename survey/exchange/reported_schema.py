"""The JSON Schema of what a score document says for the documents made of it."""

from survey.exchange.schema_parts import COUNT, TEXT, Schema, list_of, object_of, or_null

_SIGNED_ONE = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]$"}
_SIGNED_TWO = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}
_TWO = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$"}
_PART = {"type": "string", "pattern": r"^0\.[0-9]+$"}
_NAMED = {"name": TEXT, "name_en": TEXT}
_WORDS = {"words": TEXT, "words_en": TEXT}
_FEW = or_null(COUNT)  # null of so few that they could tell of single people
_WHY = {"type": "array", "items": TEXT}

REPORTED: Schema = object_of(
    {
        "organiser": TEXT,
        "confidence": _PART,
        "error_rate": _PART,
        "smallest_cell": COUNT,
        "returned": COUNT,
        "valid": COUNT,
        "flagged": COUNT,
        "quarantined": COUNT,
        "excluded": COUNT,
        "organised": COUNT,
        "classes": list_of({"code": TEXT, **_NAMED}),
        "groups": list_of({"group_code": TEXT, **_NAMED, "min_valid": COUNT}),
        "rules": list_of(
            {
                "rule_id": TEXT,
                **_NAMED,
                "action": {"enum": ["exclude", "quarantine", "flag"]},
                "n": _FEW,
            }
        ),
        "items": list_of({"item_id": TEXT, **_WORDS}),
    }
)

_COMMENTS = object_of({"kind": {"enum": ["case", "praise", "nothing", "reasons"]}, "n": _FEW})
# There where any word stands in enough comments.
_COMMENTS["properties"]["words"] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 10,
    "items": object_of({"word": TEXT, "n": COUNT}),
}

UNIT_REPORTED: Schema = object_of(
    {
        "returned": COUNT,
        "set_aside": _FEW,
        "rules": list_of({"rule_id": TEXT, "n": _FEW}),
        "steps": list_of({"name": TEXT, "score": or_null(_TWO)}),
        "items": list_of(
            {
                "item_id": TEXT,
                **dict.fromkeys(("score", "mean", "difference"), _SIGNED_ONE),
                **dict.fromkeys(("lower", "upper"), _SIGNED_ONE),
                "side": {"enum": ["above", "below", None]},
            }
        ),
        "reasons": list_of({**_WORDS, "n": _FEW, "given": list_of({**_WORDS, "n": _FEW})}),
        "comments": {"type": "array", "items": _COMMENTS},
        "change": or_null(
            object_of(
                {
                    "campaign": TEXT,
                    **{name: or_null(_SIGNED_TWO) for name in ("delta", "lower", "upper")},
                    "side": {"enum": ["improved", "fell", None]},
                    "reasons": _WHY,
                    "reasons_en": _WHY,
                }
            )
        ),
    }
)

# There where verification calls began, and where answers about the unit looked suspicious.
UNIT_REPORTED["properties"]["calls"] = object_of(
    {
        "state": {"enum": ["none", "confirmed", "open", "refuted"]},
        "most": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
        "reached": COUNT,
        "false": COUNT,
        "further": or_null(COUNT),
    }
)
UNIT_REPORTED["properties"]["cases"] = object_of(
    dict.fromkeys(("keep", "exclude", "one", "undecided"), COUNT)
)
