from datetime import date

from survey.feedback.deadlines import add_workdays, is_workday, unknown_years, workdays_left


def test_holidays_are_free_and_weekends_in_exchange_are_worked() -> None:
    assert not is_workday(date(2026, 10, 1))  # 国庆节, a Thursday
    assert is_workday(date(2026, 10, 10))  # a Saturday worked in exchange
    assert not is_workday(date(2026, 10, 11))


def test_a_deadline_runs_from_the_next_day() -> None:
    assert add_workdays(date(2026, 12, 4), 1) == date(2026, 12, 7)  # Friday
    assert add_workdays(date(2026, 12, 5), 5) == date(2026, 12, 11)
    assert add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_days_left_are_working_days_and_turn_negative() -> None:
    due = date(2026, 12, 11)
    assert workdays_left(date(2026, 12, 7), due) == 4
    assert workdays_left(due, due) == 0
    assert workdays_left(date(2026, 12, 12), due) == -1
    assert workdays_left(date(2026, 12, 14), due) == -1
    assert workdays_left(date(2026, 12, 15), due) == -2


def test_a_year_not_yet_arranged_counts_weekends_and_is_named() -> None:
    assert is_workday(date(2999, 1, 1)) == (date(2999, 1, 1).weekday() < 5)
    assert not is_workday(date(2999, 1, 5))
    assert unknown_years(date(2026, 12, 31), date(2999, 1, 1)) == [2999]
