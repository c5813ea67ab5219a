"""The description of the API is OpenAPI, and says of the API what is so."""

import re

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from survey.api import openapi
from survey.api.faults import KINDS
from survey.exchange.schema import SCORE_DOCUMENT
from tests.api.systems import System


def test_the_description_is_valid_openapi(system: System) -> None:
    served = system.get("/openapi.json").get_json()
    assert list(OpenAPIV31SpecValidator(served).iter_errors()) == []
    assert served == openapi.document()


def test_every_address_is_described_and_no_other(app: Flask) -> None:
    plain = re.compile(r"<(?:\w+:)?\w+>|\{\w+\}")
    served = {
        (plain.sub("*", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (plain.sub("*", path), method)
        for path, operations in openapi.document()["paths"].items()
        for method in operations
    }
    assert served == described | {("/", "get")}


def test_the_schema_of_scores_is_served(system: System) -> None:
    assert system.get("/score-document.schema.json").get_json() == SCORE_DOCUMENT


def test_every_problem_stands_on_the_reference_page(app: Flask) -> None:
    """Where its `type` leads."""
    page = app.test_client().get("/api/v1/?lang=en").text
    for name, kind in KINDS.items():
        assert f'id="{name}"' in page
        assert kind.en in page
