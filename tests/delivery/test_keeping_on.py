"""The sender goes on beside the requests, whatever stops one of its rounds."""

import pytest

from survey.delivery import sender
from survey.site.keys import Keys
from tests.delivery.systems import Office, Receiver


class _EndedError(Exception):
    pass


def test_a_round_that_fails_is_not_the_last(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.catch_up(office.sends_to(receiver))
    rounds, send_due = [], sender.send_due

    def fails_once(site: object) -> int:
        rounds.append(site)
        if len(rounds) == 1:
            raise OSError
        return send_due(office.site)

    def end_after_two(_seconds: float) -> None:
        if len(rounds) == 2:
            raise _EndedError

    monkeypatch.setattr(sender, "send_due", fails_once)
    monkeypatch.setattr(sender, "sleep", end_after_two)
    with pytest.raises(_EndedError):
        sender.keep_sending(office.site)
    assert office.deliveries[0].state == "delivered"


def test_a_secret_kept_under_another_key_signs_nothing(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.catch_up(office.sends_to(receiver))
    monkeypatch.setattr(Keys, "web", lambda _keys: bytes(32))
    office.send_due()
    assert office.faults == [("sealed", None)]
    assert receiver.got == []
