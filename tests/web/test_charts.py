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
        charts.dot_plot([dot(name=nasty, words=nasty)], label=nasty),
        charts.daily_bars([(nasty, 3)], label=nasty),
    ):
        assert "<script" not in picture
        assert parse(picture).get("aria-label") == nasty


def dot(**changed: object) -> charts.Dot:
    given = {"name": "甲", "words": "50.00", "score": 50, "lower": 25, "upper": 75, "n": 345}
    return charts.Dot(**{**given, **changed})  # type: ignore[arg-type]


def test_an_interval_is_drawn_where_its_figures_lie_under_its_name_and_score() -> None:
    plot = parse(charts.dot_plot([dot()], label="a"))
    circle = plot.find("circle")
    whisker = plot.findall("path")[1]
    assert circle is not None
    assert float(circle.get("cx", "")) == pytest.approx(144)
    assert (whisker.get("d") or "").startswith("M77.0 58H211.0")
    texts = [text.text for text in plot.findall("text")]
    assert texts[-2:] == ["甲", "50.00"]
    assert min(int(text.get("font-size", "")) for text in plot.findall("text")) >= 11


def test_a_name_too_long_for_a_phone_is_cut_before_the_score() -> None:
    long = "Anlan County Housing and Urban-Rural Development Bureau"
    plot = parse(charts.dot_plot([dot(name=long), dot(name="人力资源和社会保障局")], label="a"))
    texts = [text.text or "" for text in plot.findall("text")]
    assert "Anlan County Housing and Urban-…" in texts
    assert "人力资源和社会保障局" in texts


def test_few_answers_are_drawn_grey_and_an_uncertain_grade_hollow() -> None:
    def circle(**changed: object) -> dict[str, str]:
        found = parse(charts.dot_plot([dot(**changed)], label="a")).find("circle")
        assert found is not None
        return found.attrib

    assert circle(n=29)["stroke"] != circle(n=30)["stroke"]
    assert circle(hollow=True)["fill"] != circle()["fill"]
    assert circle(hollow=True)["stroke"] == circle()["stroke"]


def test_what_lies_beyond_the_ends_of_the_axis_stays_inside() -> None:
    lines = dot(score=99, lower=90, upper=104)
    plot = parse(charts.dot_plot([lines], label="a", low=60, high=100, bands=(0, 60, 75, 85)))
    paths = [path.get("d") or "" for path in plot.findall("path")]
    assert "H278.0M" in paths[-1]
    bands = [path for path in plot.findall("path") if path.get("stroke-dasharray")]
    assert len(bands) == 2  # the lowest of all, and one at the very end, are no line
    assert {"75", "85"} <= {text.text for text in plot.findall("text")}


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
        charts.dot_plot([dot()], label="a", bands=(30, 60)),
        charts.daily_bars([("12-01", 4)], label="a"),
    ):
        sizes = [float(text.get("font-size", "")) for text in parse(picture).iter("text")]
        assert min(sizes) >= 11


def test_a_tile_is_marked_by_its_frame_and_holds_its_name_within() -> None:
    places = [
        charts.Tile(name="青石镇", words="1.2", share=0.5, marked=False),
        charts.Tile(name="很长很长的一个街道名称", words="0.1", share=2.0, marked=True),
    ]
    drawn = parse(charts.tiles(places, label="覆盖"))
    frames = [rect for rect in drawn.findall("rect") if rect.get("stroke")]
    assert [frame.get("stroke-dasharray") for frame in frames] == [None, "4 3"]
    bars = drawn.findall("rect")[2::3]
    assert [float(bar.get("width", "")) for bar in bars] == [41.0, 82.0]
    assert [text.text for text in drawn.findall("text")] == [
        *("青石镇", "1.2", "很长很长的一…", "0.1"),
    ]
    assert parse(charts.tiles([], label="无")).get("role") == "img"
