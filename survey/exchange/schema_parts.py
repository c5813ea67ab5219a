"""What parts of the score document's JSON Schema are built from."""

from typing import Any

Schema = dict[str, Any]

TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}


def or_null(schema: Schema) -> Schema:
    """Return what the schema allows, and null."""
    return {"anyOf": [schema, {"type": "null"}]}


def object_of(properties: Schema) -> Schema:
    """Return an object that has all of these members; later versions may add others."""
    return {"type": "object", "required": list(properties), "properties": properties}


def list_of(properties: Schema) -> Schema:
    """Return a list of such objects."""
    return {"type": "array", "items": object_of(properties)}
