"""A clock that tests set forward."""

from datetime import datetime, timedelta

from tests.factories import FIELDWORK


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = FIELDWORK

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)
