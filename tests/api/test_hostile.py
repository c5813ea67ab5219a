"""Requests made from the description: whatever is sent is answered as it says."""

import warnings
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from tests.api.systems import Standing, System, received_by

pytestmark = pytest.mark.slow

EXAMPLES = 15  # to an operation


def test_whatever_is_sent_is_answered_as_described(app: Flask, clock: Standing) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tool's own packages
        import schemathesis  # noqa: PLC0415

        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        for found in schema.get_all_operations():
            _try(found.ok(), received_by(app), clock)


def _try(operation: object, system: System, clock: Standing) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: object) -> None:
        clock.at += timedelta(seconds=2)  # so that its minute is never used up
        case.call_and_validate(headers={"Authorization": f"Bearer {system.secret}"})

    ask()
