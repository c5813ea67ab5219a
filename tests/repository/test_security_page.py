"""The pages of security cite tests and files that exist, and leave no requirement out."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
THREATS = (ROOT / "docs/security.md").read_text("utf-8")
STANDARD = (ROOT / "docs/security-asvs.md").read_text("utf-8")
RULES = (ROOT / "docs/security-rules.md").read_text("utf-8")
# OWASP ASVS 5.0.0: the numbers of the requirements of levels 1 and 2, nothing else.
NUMBERS = (Path(__file__).parent / "asvs_5_0.txt").read_text("utf-8").split()
ROOMS = "survey|tests|bench|docs|requirements|templates|static"
FILE = re.compile(rf"`((?:{ROOMS})/[\w./-]+\.\w+)(::\w+)?`")
KINDS = ("test: ", "place: ", "does not apply because ", "operator: ", "instead: ")


def test_every_requirement_is_answered_once() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]*) \| ([^|]*) \|$", STANDARD, re.MULTILINE)
    assert [number for number, _about, _evidence in rows] == NUMBERS
    assert len(NUMBERS) == len(set(NUMBERS)) == 70 + 183
    assert [row for row in rows if not row[1] or not _is_evidence(row[2])] == []


def test_the_counts_above_the_table_are_those_of_the_table() -> None:
    said = [int(n) for n in re.findall(r"\((\d+)\)", STANDARD[: STANDARD.index("| requirement")])]
    order = ("test: ", "place: ", "does not apply", "operator: ", "instead: ")
    assert said == [
        len(re.findall(rf"^\| [\d.]+ \|[^|]*\| {kind}", STANDARD, re.MULTILINE)) for kind in order
    ]


def test_every_threat_has_a_test_or_is_open() -> None:
    rows = [line for line in THREATS.splitlines() if re.match(r"\| T\d+ ", line)]
    assert len(rows) > 30
    assert [row for row in rows if "::test_" not in row and "open: " not in row] == []


def test_what_is_cited_exists() -> None:
    cited = FILE.findall(THREATS + STANDARD + RULES)
    missing = [file + name for file, name in cited if not _exists(file, name.removeprefix("::"))]
    assert missing == []


def _is_evidence(text: str) -> bool:
    kind = next((kind for kind in KINDS if text.startswith(kind)), None)
    if kind is None or len(text) == len(kind):
        return False
    if kind in {"test: ", "instead: "}:  # a departure shows what holds in its place
        return "::test_" in text
    if kind == "operator: ":
        return "`docs/" in text and "::test_" in text
    return kind != "place: " or bool(FILE.search(text))


def _exists(file: str, name: str) -> bool:
    path = ROOT / file
    if not path.is_file() or not name:
        return path.is_file()
    tree = ast.parse(path.read_text("utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.walk(tree))
