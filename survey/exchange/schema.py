"""The JSON Schema of the score document; `docs/score-document.schema.json` is its copy."""

from survey.appraisal.record.scores import KIND, SCHEMA_VERSION
from survey.exchange.reported_schema import REPORTED, UNIT_REPORTED
from survey.exchange.schema_parts import COUNT, TEXT, Schema, object_of, or_null

_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_MOMENT = {"type": "string", "format": "date-time"}
_TWO_PLACES = {"type": "string", "pattern": r"^(100|[0-9]{1,2})\.[0-9]{2}$"}
_POINTS = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$"}
_ONE_PLACE = {"type": "string", "pattern": r"^[0-9]+\.[0-9]$"}
_SHARE = {"type": "string", "pattern": r"^[01]\.[0-9]{4}$"}
_RANK = {"type": "integer", "minimum": 1}


_CAMPAIGN = object_of(
    {
        "id": TEXT,
        "title": TEXT,
        "title_en": TEXT,
        "year": {"type": "integer"},
        "fieldwork": object_of({"start": _MOMENT, "end": _MOMENT}),
        "indicator": object_of({"code": TEXT, "name": TEXT}),
    }
)

# Where the plan took in common items of a city.
_CAMPAIGN["properties"]["common_items"] = object_of(
    {
        "organiser": TEXT,
        "key_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "digest": _DIGEST,
    }
)

_CODES = object_of(
    {
        "units": {"type": "array", "minItems": 1, "items": TEXT},
        "group_code": TEXT,
        "issued_by": TEXT,
        "batches": _RANK,
        "issued": _RANK,
        "answered": or_null(COUNT),
    }
)

# There where codes were withdrawn.
_CODES["properties"]["withdrawn"] = object_of({"batches": _RANK, "codes": or_null(COUNT)})

_ACCOUNT = object_of(
    {
        "username": TEXT,
        "role": TEXT,
        "deed": TEXT,
        "at": _MOMENT,
        "by": TEXT,
        "word_of": or_null(TEXT),
    }
)

_RELEASE = object_of(
    {
        "id": TEXT,
        "number": _RANK,
        "frozen_at": _MOMENT,
        "supersedes": or_null(TEXT),
        "plan_digest": _DIGEST,
        "data_digest": _DIGEST,
        "code_version": TEXT,
        "ledger": object_of({"size": COUNT, "root": _DIGEST}),
        "signature": object_of(
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
_RELEASE["properties"]["cases"] = object_of({"keep": COUNT, "exclude": COUNT, "one": COUNT})

# Where it supersedes another for an appeal: which one, and the unit's figures in the one contested.
_RELEASE["properties"]["appeal"] = object_of(
    {
        "number": _RANK,
        "unit_code": TEXT,
        "outcome": {"enum": ["upheld", "partly"]},
        "contested": TEXT,
        "before": object_of(
            {
                "score": or_null(_TWO_PLACES),
                "lower": or_null(_TWO_PLACES),
                "upper": or_null(_TWO_PLACES),
                "class_rank": or_null(_RANK),
            }
        ),
    }
)

# Where the plan names witnesses of the ledger: who they are, and what they signed.
_RELEASE["properties"]["witnesses"] = object_of(
    {
        "required": COUNT,
        "of": {"type": "array", "items": object_of({"name": TEXT, "public_key": TEXT})},
        "checkpoints": {"type": "array", "items": TEXT},
    }
)

_GROUP = object_of(
    {
        "group_code": TEXT,
        "name": TEXT,
        "status": {"enum": ["used", "insufficient", "withheld"]},
        "score": or_null(_TWO_PLACES),
        "se": or_null(_TWO_PLACES),
        "n": COUNT,
        "effective_n": _ONE_PLACE,
        "awareness_rate": or_null(_SHARE),
        "method": {"enum": ["none", "raking", "pooled_slopes"]},
        "share": _SHARE,
    }
)

# Releases of before do not say it, and of few answers it is withheld.
_GROUP["properties"]["sources"] = COUNT

# Where open answers are combined with invited ones.
_WHOLE = {"type": "string", "pattern": "^[0-9]+$"}
_EQUIVALENT = object_of({"n": _WHOLE, "lower": _WHOLE, "upper": _WHOLE})
_GROUP["properties"]["equivalent_sample"] = _EQUIVALENT

_NOTICE = object_of({"code": TEXT, "group_code": or_null(TEXT), "zh": TEXT, "en": TEXT})

_UNIT = object_of(
    {
        "unit_code": TEXT,
        "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
        "name": TEXT,
        "name_en": TEXT,
        "class": TEXT,
        "area_code": {"type": "string", "pattern": "^[0-9]{12}$"},
        "score": or_null(_TWO_PLACES),
        "lower": or_null(_TWO_PLACES),
        "upper": or_null(_TWO_PLACES),
        "points": or_null(_POINTS),
        "full_points": _POINTS,
        "class_rank": or_null(_RANK),
        "rank_range": or_null({"type": "array", "items": _RANK, "minItems": 2, "maxItems": 2}),
        "tier": or_null(_RANK),
        "grade": or_null(TEXT),
        "grade_en": or_null(TEXT),
        "n": COUNT,
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

_UNIT["properties"]["sources"] = COUNT

# Where the scheme has lines that units are held against.
_UNIT["properties"]["decisions"] = {
    "type": "array",
    "minItems": 1,
    "items": object_of(
        {
            "kind": {"enum": ["score", "class_mean"]},
            "threshold": {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"},
            "side": {"enum": ["above", "below", None]},
            "strict": {"type": "boolean"},
            "error_rate": {"type": "string", "pattern": r"^0\.[0-9]+$"},
        }
    ),
}

# Since 1.2: what the documents of a release say beside the scores.
_UNIT["properties"]["reported"] = UNIT_REPORTED

_OPEN_ANSWERS = object_of({"group_code": TEXT, "open_n": COUNT, "equivalent_sample": _EQUIVALENT})

SCORE_DOCUMENT: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Public review scores",
    "description": "Frozen scores of one release. Numbers that are not whole are decimal strings.",
} | object_of(
    {
        "kind": {"const": KIND},
        "schema_version": {"enum": ["1.0", "1.1", SCHEMA_VERSION]},
        "simulated": {"type": "boolean"},
        "notice": or_null(object_of({"zh": TEXT, "en": TEXT})),
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
SCORE_DOCUMENT["properties"]["reported"] = REPORTED
# Where visits by inspectors count: a line beside the scores, in points of the main system.
SCORE_DOCUMENT["properties"]["on_site"] = object_of(
    {
        "indicator": object_of({"code": TEXT, "name": TEXT}),
        "most": _POINTS,
        "n_visits": _RANK,
        "digest": _DIGEST,
        "units": {
            "type": "array",
            "minItems": 1,
            "items": object_of(
                {"unit_code": TEXT, "n_visits": _RANK, "found": _POINTS, "deduction": _POINTS}
            ),
        },
    }
)
