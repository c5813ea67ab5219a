"""Requests made from the description: whatever is sent is answered as it says."""

import warnings
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from tests.api.systems import Standing, System, received_by

pytestmark = pytest.mark.slow

EXAMPLES = 8  # to an operation and mode


def test_whatever_is_sent_is_answered_as_described(app: Flask, clock: Standing) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tool's own packages
        import schemathesis  # noqa: PLC0415

        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        spoiled = set()
        for found in schema.get_all_operations():
            operation = found.ok()
            _try(operation.as_strategy(), received_by(app), clock)
            with suppress(Unsatisfiable):  # an operation of which nothing can be spoiled
                drawn = operation.as_strategy(schemathesis.GenerationMode.NEGATIVE)
                _try(drawn, received_by(app), clock)
                spoiled.add(operation.path)
        assert {"/campaigns", "/releases/{release}/acknowledgement"} <= spoiled


def _try(drawn: SearchStrategy[Any], system: System, clock: Standing) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=drawn)
    def ask(case: Any) -> None:
        clock.at += timedelta(seconds=2)  # so that its minute is never used up
        case.call_and_validate(headers={"Authorization": f"Bearer {system.secret}"})

    ask()
