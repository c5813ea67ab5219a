"""A server of two workers sends by itself what is due, once."""

import time
from pathlib import Path

import pytest

from survey.clock import now
from survey.site.installation import Site
from tests.delivery.systems import Office, Receiver
from tests.demonstrated import CODE, released
from tests.journeys.test_load import serving

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_a_server_sends_what_waits_by_itself_and_once(
    site: Site, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=60)
    office = Office(site, clock=now)
    number = office.sends_to(receiver)
    office.catch_up(number)
    monkeypatch.setenv("SURVEY_DELIVERY_HOSTS", receiver.host)
    with serving(site):
        until = time.monotonic() + 60
        while not receiver.got and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(4)  # longer than each worker looks again
    assert [status for _headers, _body, status in receiver.got] == [200]
    assert office.deliveries[0].state == "delivered"
    assert (Path(receiver.folder) / f"{CODE}-R1.json").exists()
