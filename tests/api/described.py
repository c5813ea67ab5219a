"""Whether an answer is what the description says: the tests ask of every one they get."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from survey.api import openapi

ROOT = "/api/v1"


@cache
def description() -> dict[str, Any]:
    return openapi.document()


def hold(method: str, path: str, answer: TestResponse) -> None:
    """Fail where an answer is not described: its status, its kind, its content, its headers."""
    described = _operation(method, path)
    if answer.status_code == 304:
        assert "304" in described["responses"]
        assert answer.data == b""
        return
    told = described["responses"].get(str(answer.status_code))
    assert told is not None, (method, path, answer.status_code)
    if "$ref" in told:
        told = description()["components"]["responses"][str(answer.status_code)]
    assert list(told["content"]) == [answer.mimetype], (method, path, answer.mimetype)
    [part] = told["content"].values()
    faults = list(_validator(json.dumps(part["schema"])).iter_errors(answer.get_json()))
    assert not faults, (method, path, faults[0].message)
    needed = [name for name, said in told.get("headers", {}).items() if said.get("required")]
    assert set(needed) <= set(answer.headers.keys())


def is_described(method: str, path: str) -> bool:
    return bool(_found(method, path))


def _operation(method: str, path: str) -> dict[str, Any]:
    found = _found(method, path)
    assert found, (method, path)
    return found[0]


def _found(method: str, path: str) -> list[dict[str, Any]]:
    plain = path.partition("?")[0]
    return [
        operations[method.lower()]
        for template, operations in description()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), plain)
        and method.lower() in operations
    ]


@cache
def _validator(spelled: str) -> Draft202012Validator:
    """Return what validates by a schema, given as JSON so that each is made once."""
    whole = json.loads(spelled) | {"components": description()["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())
