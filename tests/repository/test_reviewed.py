"""Places that a reviewer of security looks for: there are none but those that were looked at."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
OFFICE = sorted((ROOT / "templates/office").glob("*.html"))
PATTERNS = {
    "compile",
    "match",
    "search",
    "fullmatch",
    "sub",
    "subn",
    "findall",
    "finditer",
    "split",
}


def from_input(path: Path) -> Iterator[str]:
    """Give each regular expression of a function that is neither written there nor a constant."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")):
                continue
            if ast.unparse(node.func).removeprefix("re.") not in PATTERNS:
                continue
            pattern = ast.unparse(node.args[0])
            if not (isinstance(node.args[0], ast.Constant) or pattern.lstrip("_").isupper()):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {pattern}"


def test_no_regular_expression_is_made_of_what_somebody_sends() -> None:
    found = [place for path in (ROOT / "survey").rglob("*.py") for place in from_input(path)]
    assert found == []


def test_scripts_set_no_html_but_two_fragments_of_our_own_server() -> None:
    """Both are whole answers to a request of the page's own address, escaped by its templates."""
    risky = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|\bFunction\("
        r"|createContextualFragment|\.srcdoc|javascript:"
    )
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in SCRIPTS
        for line in path.read_text("utf-8").splitlines()
        if risky.search(line)
    }
    assert found == {
        "static/office.js: region.innerHTML = html;",
        "static/respond/receipt.js: main.innerHTML = request.responseText;",
    }


def test_messages_are_taken_by_the_worker_alone_and_of_our_own_pages_addresses() -> None:
    """A worker hears the pages of its own origin; of what they say it takes an own /q address."""
    listening = {
        str(path.relative_to(ROOT)): text
        for path in SCRIPTS
        if re.search(r"['\"]message['\"]|onmessage", text := path.read_text("utf-8"))
    }
    [worker] = listening.values()
    assert "url.origin === worker.location.origin" in worker
    assert re.search(r"'message', function \(event\) \{\s*if \(typeof event\.data === 'string' && "
                     r"local\(event\.data\)\)", worker)  # fmt: skip


def test_no_script_copies_members_of_what_it_read_into_an_object() -> None:
    """A member `__proto__` of what was read does nothing: it is not merged into anything."""
    copying = re.compile(r"Object\.assign|\.extend\(|for \((?:var )?\w+ in ")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in SCRIPTS
        for line in path.read_text("utf-8").splitlines()
        if copying.search(line)
    ]
    assert found == []


def test_every_page_of_the_office_shows_the_way_out() -> None:
    """Where somebody is signed in; each page is laid into the frame that has it."""
    frame = (ROOT / "templates/office/base.html").read_text("utf-8")
    assert "url_for('access.sign_out')" in frame
    pages = [path for path in OFFICE if "<h1" in path.read_text("utf-8")]
    assert len(pages) > 25
    assert [
        path.name
        for path in pages
        if '{% extends "office/base.html" %}' not in path.read_text("utf-8")
    ] == []
