"""One asks again ahead of time, all others go on with what is kept, and nobody for too long."""

from survey.respond.door.renewal import Renewal


def test_one_asks_again_while_the_others_go_on() -> None:
    ticks = [100.0]
    renewal = Renewal(lambda: ticks[0])

    def may() -> list[bool]:
        return [renewal.may_use("A", 100.0, within=2.0, waits=False) for _again in range(3)]

    assert may() == [True, True, True]
    ticks[0] = 101.0
    assert may() == [False, True, True]
    ticks[0] = 101.5
    assert may() == [True, True, True]
    assert not renewal.may_use("B", 100.0, within=2.0, waits=False)  # its own turn
    assert not renewal.may_use("A", 100.0, within=2.0, waits=True)  # whose turn it was comes back
    ticks[0] = 102.0
    assert may() == [False, False, False]


def test_another_asks_where_nothing_came_of_it() -> None:
    ticks = [101.0]
    renewal = Renewal(lambda: ticks[0])
    assert not renewal.may_use("A", 98.0, within=4.0, waits=False)
    ticks[0] = 101.9
    assert renewal.may_use("A", 98.0, within=4.0, waits=False)
    ticks[0] = 103.0
    assert not renewal.may_use("A", 100.0, within=4.0, waits=False)
