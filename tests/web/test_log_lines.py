"""Lines of the log: for people or one JSON object each, and never what an exception says."""

import json
import logging
import re

import pytest

from survey.web.log_lines import JsonLine, WordsLine

NUMBER = str(13_800_138_000)


def failing() -> None:
    raise ValueError(NUMBER)


def record(*, failed: bool = False) -> logging.LogRecord:
    told = None
    if failed:
        with pytest.raises(ValueError, match=NUMBER) as caught:
            failing()
        told = (caught.type, caught.value, caught.tb)
    return logging.LogRecord("survey.jobs", logging.ERROR, "", 1, "工作 %d 出错", (7,), told)


def test_a_machine_reads_one_object_a_line() -> None:
    line = JsonLine().format(record(failed=True))
    assert "\n" not in line
    told = json.loads(line)
    assert {name: told[name] for name in ("level", "room", "said")} == {
        "level": "error",
        "room": "survey.jobs",
        "said": "工作 7 出错",
    }
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["at"])
    assert told["process"] > 0
    assert "test_log_lines.py" in told["where"]
    assert "where" not in json.loads(JsonLine().format(record()))


@pytest.mark.parametrize("form", [JsonLine(), WordsLine()])
def test_no_line_tells_what_an_exception_says(form: logging.Formatter) -> None:
    line = form.format(record(failed=True))
    assert NUMBER not in line
    assert "ValueError" in line


def test_people_read_time_level_and_room() -> None:
    line = WordsLine().format(record())
    assert re.fullmatch(r"20\S+Z ERROR survey\.jobs 工作 7 出错", line)
