"""JSON Schemas of what the API takes and gives, beside the score document's own."""

from survey.api.asking import LONGEST_NOTE, LONGEST_REFERENCE
from survey.exchange.schema_parts import COUNT, TEXT, Schema, list_of, object_of, or_null
from survey.model import ACKNOWLEDGED

_MOMENT = {"type": "string", "format": "date-time"}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FLAG = {"type": "boolean"}
_PLACE = {"type": "integer", "minimum": 1}
_OUTCOME = {"enum": list(ACKNOWLEDGED)}
_STATE = {"enum": ["open", "closed", "scored", "released"]}
_NEXT = or_null(TEXT)

_SAID = object_of(
    {
        "position": _PLACE,
        "outcome": _OUTCOME,
        "reference": {"type": "string"},
        "note": {"type": "string"},
        "at": _MOMENT,
    }
)

ALL: Schema = {
    "Campaigns": object_of(
        {
            "items": list_of(
                {
                    "id": TEXT,
                    "title": TEXT,
                    "title_en": TEXT,
                    "state": _STATE,
                    "simulated": _FLAG,
                    "fieldwork": object_of({"start": _MOMENT, "end": _MOMENT}),
                    "release": or_null(TEXT),
                }
            ),
            "next_cursor": _NEXT,
        }
    ),
    "Progress": object_of(
        {
            "campaign": TEXT,
            "state": _STATE,
            "counted_before": _MOMENT,
            "elapsed": {"type": "string", "pattern": r"^[01]\.[0-9]{4}$"},
            "smallest_cell": COUNT,
            "items": list_of(
                {
                    "unit_code": TEXT,
                    "name": TEXT,
                    "class": TEXT,
                    "groups": list_of(
                        {
                            "group_code": TEXT,
                            "target": COUNT,
                            "received": or_null(COUNT),
                            "valid": or_null(COUNT),
                        }
                    ),
                }
            ),
            "next_cursor": _NEXT,
        }
    ),
    "Release": object_of(
        {
            "id": TEXT,
            "campaign": TEXT,
            "number": _PLACE,
            "simulated": _FLAG,
            "frozen_at": _MOMENT,
            "in_force": _FLAG,
            "supersedes": or_null(TEXT),
            "superseded_by": or_null(TEXT),
            "sha256": _DIGEST,
            "plan_digest": _DIGEST,
            "data_digest": _DIGEST,
            "code_version": TEXT,
            "ledger": object_of({"size": COUNT, "root": _DIGEST}),
            "signature": object_of(
                {"algorithm": TEXT, "key_id": TEXT, "public_key": TEXT, "value": TEXT}
            ),
            "document": TEXT,
            "acknowledgements": {"type": "array", "items": _SAID},
        }
    ),
    "Acknowledgement": _SAID,
    "Told": {
        "type": "object",
        "required": ["outcome"],
        "additionalProperties": False,
        "properties": {
            "outcome": _OUTCOME,
            "reference": {"type": "string", "maxLength": LONGEST_REFERENCE},
            "note": {"type": "string", "maxLength": LONGEST_NOTE},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "title_zh", "status", "detail", "detail_zh", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "title_zh": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "detail_zh": TEXT,
            "instance": {"type": "string"},
            "errors": list_of({"where": {"type": "string"}, "detail": TEXT, "detail_zh": TEXT}),
        },
    },
}
