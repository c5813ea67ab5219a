"""Alert rules ask for figures that are really told, in expressions that can be read, and say what
to do about each."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from survey.app import create_app
from survey.fieldwork.sealing import seal_open_campaigns
from survey.site.installation import Site
from tests.factories import in_fieldwork, open_anlan
from tests.web.test_metrics import sampled

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "deployment" / "alerts.yml"
PROMETHEUS_OWN = {"up": {"job"}}  # what it tells of each target itself
LATER = {"survey_backup_age_seconds": set[str]()}  # told once there is a backup
RANGED = {"rate", "increase", "delta"}
TOKEN = re.compile(
    r'\s*("[^"]*"|[0-9.]+[smhd](?=\])|[0-9.]+|[A-Za-z_][A-Za-z0-9_]*|==|!=|>=|<=|=~|[-+*/><={}()\[\],])'
)


@dataclass
class Reading:
    """A reader of the part of PromQL that the rules use; it notes each series that is asked for."""

    tokens: list[str]
    asked: list[tuple[str, dict[str, str]]]

    @classmethod
    def of(cls, expression: str) -> "Reading":
        tokens, at = [], 0
        while at < len(expression.rstrip()):
            found = TOKEN.match(expression, at)
            assert found, f"not PromQL: {expression[at:]}"
            tokens.append(found[1])
            at = found.end()
        return cls(tokens, [])

    def whole(self) -> list[tuple[str, dict[str, str]]]:
        self.any_of()
        assert not self.tokens, f"left over: {self.tokens}"
        return self.asked

    def any_of(self) -> None:
        self.compared()
        while self.next_is("or", "and"):
            self.compared()

    def compared(self) -> None:
        self.sums()
        if self.next_is(">", "<", "==", "!=", ">=", "<="):
            self.sums()

    def sums(self) -> None:
        self.part()
        while self.next_is("*", "/", "+", "-"):
            self.part()

    def part(self) -> None:
        if self.next_is("("):
            self.any_of()
            self.must_be(")")
            return
        word = self.tokens.pop(0)
        if re.fullmatch(r"[0-9.]+", word):
            return
        assert re.fullmatch(r"[A-Za-z_]\w*", word), word
        if word in {"sum", "max", "min"}:
            if self.next_is("by"):
                self.must_be("(")
                self.tokens.pop(0)
                self.must_be(")")
            self.arguments()
        elif self.tokens and self.tokens[0] == "(":
            assert word in {*RANGED, "histogram_quantile", "absent"}, word
            before = len(self.asked)
            ranged = self.arguments()
            assert ranged == (word in RANGED), f"{word} and its range"
            assert len(self.asked) > before
        else:
            self.series(word)

    def arguments(self) -> bool:
        """Read what a function is given; whether it ends with a range."""
        self.must_be("(")
        self.any_of()
        ranged = self.next_is("[")
        if ranged:
            assert re.fullmatch(r"[0-9]+[smhd]", self.tokens.pop(0))
            self.must_be("]")
        while self.next_is(","):
            self.any_of()
        self.must_be(")")
        return ranged

    def series(self, name: str) -> None:
        labels: dict[str, str] = {}
        if self.next_is("{"):
            while not self.next_is("}"):
                label = self.tokens.pop(0)
                assert self.next_is("=", "=~")
                labels[label] = self.tokens.pop(0).strip('"')
                self.next_is(",")
        self.asked.append((name, labels))

    def next_is(self, *wanted: str) -> bool:
        if self.tokens and self.tokens[0] in wanted:
            self.tokens.pop(0)
            return True
        return False

    def must_be(self, wanted: str) -> None:
        assert self.next_is(wanted), f"{wanted} is missing before {self.tokens}"


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load(FILE.read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def labels_in(sample: str) -> dict[str, str]:
    return dict(re.findall(r'([a-z_]+)="([^"]*)"', sample))


def is_told(name: str, wanted: dict[str, str], told: dict[str, float]) -> bool:
    """Say whether each value that is asked for is among the labels of a sample that is told."""
    for label, values in wanted.items():
        for value in values.split("|"):
            if not any(
                sample.partition("{")[0] == name and labels_in(sample).get(label) == value
                for sample in told
            ):
                return False
    return any(sample.partition("{")[0] == name for sample in told)


def test_each_rule_asks_for_what_is_told(site: Site) -> None:
    open_anlan(site)
    here = replace(site, clock=in_fieldwork)
    seal_open_campaigns(here)
    told = sampled(create_app(here).test_client().get("/metrics").text)
    asked = [
        (rule["alert"], name, labels)
        for rule in rules()
        for name, labels in Reading.of(rule["expr"]).whole()
    ]
    assert len(asked) > 12
    for alert, name, labels in asked:
        known = PROMETHEUS_OWN | LATER
        fine = set(labels) <= known[name] if name in known else is_told(name, labels, told)
        assert fine, f"{alert} asks for {name}{labels}, which is not told"


def test_each_rule_says_what_to_do_in_both_languages() -> None:
    operations = {
        language: (ROOT / "docs" / name).read_text("utf-8")
        for language, name in (("zh", "operations.zh.md"), ("en", "operations.md"))
    }
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) > 10
    for rule in rules():
        assert {"zh", "en", "do_zh", "do_en"} == set(rule["annotations"]), rule["alert"]
        assert rule["labels"]["severity"] in {"page", "warn"}
        for text in operations.values():
            assert f"`{rule['alert']}`" in text, rule["alert"]


@pytest.mark.parametrize(
    "wrong",
    [
        "rate(survey_wal_bytes) > 1",
        "survey_wal_bytes >",
        "survey_wal_bytes{folder=} > 1",
        "median(survey_wal_bytes) > 1",
        "sum by (le (survey_wal_bytes)) > 1",
    ],
)
def test_an_expression_that_is_none_is_found(wrong: str) -> None:
    with pytest.raises((AssertionError, IndexError)):
        Reading.of(wrong).whole()
