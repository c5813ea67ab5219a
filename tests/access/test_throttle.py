from datetime import timedelta

from survey.access.throttle import Throttle
from tests.factories import FIELDWORK


def test_five_wrong_passwords_shut_a_pair_out_for_a_quarter_of_an_hour() -> None:
    throttle = Throttle(b"key")
    for _ in range(5):
        assert throttle.allows("zhang", "10.0.0.1", FIELDWORK)
        throttle.failed("zhang", "10.0.0.1", FIELDWORK)
    assert not throttle.allows("zhang", "10.0.0.1", FIELDWORK)
    assert throttle.allows("zhang", "10.0.0.2", FIELDWORK)  # the owner, elsewhere
    assert throttle.allows("li", "10.0.0.1", FIELDWORK)  # a colleague at the same address
    assert throttle.allows("zhang", "10.0.0.1", FIELDWORK + timedelta(minutes=15))


def test_many_addresses_against_one_account_are_stopped() -> None:
    throttle = Throttle(b"key")
    for number in range(25):
        throttle.failed("zhang", f"10.0.0.{number}", FIELDWORK)
    assert not throttle.allows("zhang", "10.0.1.1", FIELDWORK)


def test_one_address_against_many_accounts_is_stopped() -> None:
    throttle = Throttle(b"key")
    for number in range(25):
        throttle.failed(f"user{number}", "10.0.0.1", FIELDWORK)
    assert not throttle.allows("zhang", "10.0.0.1", FIELDWORK)


def test_success_forgets_the_pair() -> None:
    throttle = Throttle(b"key")
    for _ in range(4):
        throttle.failed("zhang", "10.0.0.1", FIELDWORK)
    throttle.succeeded("zhang", "10.0.0.1")
    for _ in range(4):
        throttle.failed("zhang", "10.0.0.1", FIELDWORK)
    assert throttle.allows("zhang", "10.0.0.1", FIELDWORK)


def test_memory_is_bounded() -> None:
    throttle = Throttle(b"key")
    for number in range(4000):
        throttle.failed(f"user{number}", f"10.0.{number // 250}.{number % 250}", FIELDWORK)
    throttle.failed("last", "10.9.9.9", FIELDWORK + timedelta(hours=1))
    assert len(throttle._failures) <= 3


def test_asking_for_many_names_leaves_nothing_behind() -> None:
    throttle = Throttle(b"key")
    for number in range(25):
        throttle.failed(f"user{number}", "10.0.0.1", FIELDWORK)
    kept = len(throttle._failures)
    for number in range(100):
        assert not throttle.allows(f"other{number}", "10.0.0.1", FIELDWORK)
    assert len(throttle._failures) == kept
