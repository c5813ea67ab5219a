from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from survey.web import charts

SVG = {"svg": "http://www.w3.org/2000/svg"}


def parse(picture: Markup) -> ET.Element:
    assert "style=" not in picture
    return ET.fromstring(picture)


@pytest.mark.parametrize(
    ("value", "target", "width"), [(0, 10, 0.0), (5, 10, 50.0), (25, 10, 100.0), (3, 0, 0.0)]
)
def test_a_bar_is_as_long_as_its_share_and_never_longer(
    value: int, target: int, width: float
) -> None:
    bar = parse(charts.progress_bar(value, target, label="五"))
    lengths = [float(rect.get("width", "")) for rect in bar.findall("rect")]
    assert lengths == [100, width]
    assert bar.get("role") == "img"
    assert bar.get("aria-label") == "五"
    assert bar.findtext("title") == "五"


def test_a_bar_shows_what_is_due_and_that_it_lags() -> None:
    plain = parse(charts.progress_bar(5, 10, label="a"))
    late = parse(charts.progress_bar(5, 10, label="a", behind=True, expected=0.8))
    assert plain.find("path") is None
    tick = late.find("path")
    assert tick is not None
    assert tick.get("d") == "M80.0 0v6"
    assert plain.findall("rect")[1].get("fill") != late.findall("rect")[1].get("fill")


def test_words_from_outside_stay_words() -> None:
    nasty = '"><script>alert(1)</script>'
    for picture in (
        charts.progress_bar(1, 2, label=nasty),
        charts.interval_bar(50, 40, 60, 100, label=nasty),
        charts.daily_bars([(nasty, 3)], label=nasty),
    ):
        assert "<script" not in picture
        assert parse(picture).get("aria-label") == nasty


def test_an_interval_is_drawn_where_its_figures_lie_and_writes_n() -> None:
    bar = parse(charts.interval_bar(50, 25, 75, 345, label="a"))
    dot = bar.find("circle")
    whisker = bar.findall("path")[1]
    assert dot is not None
    assert float(dot.get("cx", "")) == pytest.approx(88)
    assert (whisker.get("d") or "").startswith("M48.0 12H128.0")
    assert bar.findtext("text") == "n=345"


def test_few_answers_are_drawn_grey() -> None:
    def colour(n: int) -> str | None:
        dot = parse(charts.interval_bar(50, 25, 75, n, label="a")).find("circle")
        assert dot is not None
        return dot.get("fill")

    assert colour(29) != colour(30)


def test_an_interval_over_the_end_of_the_axis_stays_inside() -> None:
    bar = parse(charts.interval_bar(99, 90, 104, 20, label="a", low=60, high=100))
    assert "H168.0M" in (bar.findall("path")[1].get("d") or "")


def test_days_are_bars_and_names_do_not_crowd() -> None:
    days = [(f"12-{day:02}", day) for day in range(1, 21)]
    picture = parse(charts.daily_bars(days, label="a"))
    assert len(picture.findall("rect")) == 20
    names = [text for text in picture.findall("text") if "-" in (text.text or "")]
    assert 5 <= len(names) <= 8
    assert max(float(rect.get("height", "")) for rect in picture.findall("rect")) == 80


def test_no_days_and_no_answers_draw_an_empty_chart() -> None:
    assert parse(charts.daily_bars([], label="a")).findall("rect") == []
    (bar,) = parse(charts.daily_bars([("12-01", 0)], label="a")).findall("rect")
    assert bar.get("height") == "0.0"


def test_all_text_is_eleven_or_more() -> None:
    for picture in (
        charts.interval_bar(50, 40, 60, 100, label="a"),
        charts.interval_axis(),
        charts.daily_bars([("12-01", 4)], label="a"),
    ):
        sizes = [float(text.get("font-size", "")) for text in parse(picture).iter("text")]
        assert min(sizes) >= 11
