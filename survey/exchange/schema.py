"""The JSON Schema of the score document; `docs/score-document.schema.json` is its copy."""

from typing import Any

from survey.appraisal.record.scores import KIND, SCHEMA_VERSION

Schema = dict[str, Any]

_TEXT = {"type": "string", "minLength": 1}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_MOMENT = {"type": "string", "format": "date-time"}
_TWO_PLACES = {"type": "string", "pattern": r"^(100|[0-9]{1,2})\.[0-9]{2}$"}
_POINTS = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$"}
_ONE_PLACE = {"type": "string", "pattern": r"^[0-9]+\.[0-9]$"}
_SHARE = {"type": "string", "pattern": r"^[01]\.[0-9]{4}$"}
_COUNT = {"type": "integer", "minimum": 0}
_RANK = {"type": "integer", "minimum": 1}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: Schema) -> Schema:
    """Return an object that has all of these members; later versions may add others."""
    return {"type": "object", "required": list(properties), "properties": properties}


_CAMPAIGN = _object(
    {
        "id": _TEXT,
        "title": _TEXT,
        "title_en": _TEXT,
        "year": {"type": "integer"},
        "fieldwork": _object({"start": _MOMENT, "end": _MOMENT}),
        "indicator": _object({"code": _TEXT, "name": _TEXT}),
    }
)

_CODES = _object(
    {
        "units": {"type": "array", "minItems": 1, "items": _TEXT},
        "group_code": _TEXT,
        "issued_by": _TEXT,
        "batches": _RANK,
        "issued": _RANK,
        "answered": _or_null(_COUNT),
    }
)

# There where codes were withdrawn.
_CODES["properties"]["withdrawn"] = _object({"batches": _RANK, "codes": _or_null(_COUNT)})

_ACCOUNT = _object(
    {
        "username": _TEXT,
        "role": _TEXT,
        "deed": _TEXT,
        "at": _MOMENT,
        "by": _TEXT,
        "word_of": _or_null(_TEXT),
    }
)

_RELEASE = _object(
    {
        "id": _TEXT,
        "number": _RANK,
        "frozen_at": _MOMENT,
        "supersedes": _or_null(_TEXT),
        "plan_digest": _DIGEST,
        "data_digest": _DIGEST,
        "code_version": _TEXT,
        "ledger": _object({"size": _COUNT, "root": _DIGEST}),
        "signature": _object(
            {
                "algorithm": {"const": "Ed25519"},
                "key_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
                "public_key": {"type": "string", "contentEncoding": "base64"},
                "value": {"type": "string", "contentEncoding": "base64"},
            }
        ),
    }
)

# Since 1.1; releases of before do not say which codes were issued.
_RELEASE["properties"]["codes"] = {"type": "array", "items": _CODES}

# There where one official was let in by another or by the server's own commands.
_RELEASE["properties"]["accounts"] = {"type": "array", "minItems": 1, "items": _ACCOUNT}
# Where people decided on cases of suspicious answers.
_RELEASE["properties"]["cases"] = _object({"keep": _COUNT, "exclude": _COUNT, "one": _COUNT})

_GROUP = _object(
    {
        "group_code": _TEXT,
        "name": _TEXT,
        "status": {"enum": ["used", "insufficient", "withheld"]},
        "score": _or_null(_TWO_PLACES),
        "se": _or_null(_TWO_PLACES),
        "n": _COUNT,
        "effective_n": _ONE_PLACE,
        "awareness_rate": _or_null(_SHARE),
        "method": {"enum": ["none", "raking", "pooled_slopes"]},
        "share": _SHARE,
    }
)

# Releases of before do not say it, and of few answers it is withheld.
_GROUP["properties"]["sources"] = _COUNT

# Where open answers are combined with invited ones.
_WHOLE = {"type": "string", "pattern": "^[0-9]+$"}
_EQUIVALENT = _object({"n": _WHOLE, "lower": _WHOLE, "upper": _WHOLE})
_GROUP["properties"]["equivalent_sample"] = _EQUIVALENT

_NOTICE = _object({"code": _TEXT, "group_code": _or_null(_TEXT), "zh": _TEXT, "en": _TEXT})

_UNIT = _object(
    {
        "unit_code": _TEXT,
        "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
        "name": _TEXT,
        "name_en": _TEXT,
        "class": _TEXT,
        "area_code": {"type": "string", "pattern": "^[0-9]{12}$"},
        "score": _or_null(_TWO_PLACES),
        "lower": _or_null(_TWO_PLACES),
        "upper": _or_null(_TWO_PLACES),
        "points": _or_null(_POINTS),
        "full_points": _POINTS,
        "class_rank": _or_null(_RANK),
        "rank_range": _or_null({"type": "array", "items": _RANK, "minItems": 2, "maxItems": 2}),
        "tier": _or_null(_RANK),
        "grade": _or_null(_TEXT),
        "grade_en": _or_null(_TEXT),
        "n": _COUNT,
        "effective_n": _ONE_PLACE,
        "group_weight_used": _ONE_PLACE,
        "status": {"enum": ["published", "insufficient"]},
        "notices": {"type": "array", "items": _NOTICE},
        "groups": {"type": "array", "items": _GROUP},
    }
) | {
    # A published score never comes without its interval, a withheld one never with figures.
    "if": {"properties": {"status": {"const": "published"}}},
    "then": {
        "properties": {name: {"not": {"type": "null"}} for name in ("score", "lower", "upper")},
        # A unit may be published without a rank; then it has no range and no tier either.
        "if": {"properties": {"class_rank": {"type": "null"}}},
        "then": {"properties": {name: {"type": "null"} for name in ("rank_range", "tier")}},
        "else": {
            "properties": {
                name: {"not": {"type": "null"}} for name in ("points", "rank_range", "tier")
            }
        },
    },
    "else": {
        "properties": {
            name: {"type": "null"}
            for name in ("score", "lower", "upper", "points", "class_rank", "rank_range", "tier")
        }
    },
}

_UNIT["properties"]["sources"] = _COUNT

# Where the scheme has lines that units are held against.
_UNIT["properties"]["decisions"] = {
    "type": "array",
    "minItems": 1,
    "items": _object(
        {
            "kind": {"enum": ["score", "class_mean"]},
            "threshold": {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"},
            "side": {"enum": ["above", "below", None]},
            "strict": {"type": "boolean"},
            "error_rate": {"type": "string", "pattern": r"^0\.[0-9]+$"},
        }
    ),
}

_OPEN_ANSWERS = _object({"group_code": _TEXT, "open_n": _COUNT, "equivalent_sample": _EQUIVALENT})

SCORE_DOCUMENT: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Public review scores",
    "description": "Frozen scores of one release. Numbers that are not whole are decimal strings.",
} | _object(
    {
        "kind": {"const": KIND},
        "schema_version": {"enum": ["1.0", SCHEMA_VERSION]},
        "simulated": {"type": "boolean"},
        "notice": _or_null(_object({"zh": _TEXT, "en": _TEXT})),
        "campaign": _CAMPAIGN,
        "release": _RELEASE,
        "notices": {"type": "array", "items": _NOTICE},
        "units": {"type": "array", "minItems": 1, "items": _UNIT},
    }
)
SCORE_DOCUMENT["properties"]["open_answers"] = {
    "type": "array",
    "minItems": 1,
    "items": _OPEN_ANSWERS,
}
