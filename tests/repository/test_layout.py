"""Templates, scripts and styles are laid out for people; what is served is stripped of it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from survey.respond import stripped

ROOT = Path(__file__).resolve().parents[2]
WIDEST = 120
FILES = sorted(
    path
    for folder, ending in (("templates", "html"), ("static", "js"), ("static", "css"))
    for path in (ROOT / folder).rglob(f"*.{ending}")
)
SCRIPTS, STYLES, TEMPLATES = ([f for f in FILES if f.suffix == s] for s in (".js", ".css", ".html"))
_JINJA = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_HTML = rf"<[!/a-z](?:{_JINJA}|\"(?:{_JINJA}|[^\"])*?\"|'(?:{_JINJA}|[^'])*?'|[^>\"'])*>"
_TOKEN = re.compile(rf"(?P<tag>{_JINJA}|{_HTML})|[^<{{\s]+|\s+|.", re.DOTALL)
_WORD = re.compile(r"\{%[-+]?\s*(\w+)|<(/?[!\w]+)")
_VOID = {"meta", "link", "input", "br", "wbr", "!doctype"}
_BLOCKS = {"if", "for", "block", "macro", "call"}


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def template_faults(text: str) -> list[str]:
    """Return where a line is not two spaces further in than what it lies in."""
    found, depth, fresh = [], 0, True
    for match in _TOKEN.finditer(text):
        token, start = match[0], match.start()
        if token.isspace():
            fresh = fresh or "\n" in token
            continue
        line = text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
        out, into = _steps(match["tag"] or "")
        depth += out
        inside = token.splitlines()[1:]
        if (fresh and indent(line) != 2 * depth) or any(indent(x) < indent(line) for x in inside):
            found.append(f"line {text.count(chr(10), 0, start) + 1}: {line.strip()[:60]}")
        depth += into
        fresh = False
    return found


def _steps(tag: str) -> tuple[int, int]:
    """Return by how much a tag goes out before it and in after it."""
    word = _WORD.match(tag)
    name = (word[1] or word[2]) if word else ""
    if tag.startswith("{%"):
        if name in {"else", "elif"}:
            return -1, 1
        return (-1, 0) if name.startswith("end") else (0, int(name in _BLOCKS))
    if name.startswith("/"):
        return -1, 0
    return 0, int(bool(name) and name not in _VOID)


def script_faults(text: str) -> list[str]:
    """Return where a statement has no line of its own, no braces or not the indent of its block."""
    lines = text.splitlines()
    found = []
    for node in _nodes(text):
        row, column = node.start_point
        if node.type in {"statement_block", "program"} and node.named_child_count:
            outside = indent(lines[row]) if node.type == "statement_block" else -2
            for child in node.named_children:
                line, start = child.start_point
                if child.type == "comment" and lines[line][:start].strip():
                    continue  # at the end of what it explains
                if start != outside + 2 or indent(lines[line]) != start:
                    found.append(f"line {line + 1}: {lines[line].strip()}")
        body = node.child_by_field_name("body") or node.child_by_field_name("consequence")
        if node.type in {"if_statement", "for_statement", "while_statement"}:
            braced = body is not None and body.type == "statement_block"
            found += [] if braced else [f"line {row + 1}: no braces at {column}"]
    return found


def style_faults(text: str) -> list[str]:
    """Return the lines of a style that hold more than one thing or lie wrong in their block."""
    found, depth = [], 0
    plain = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(plain.splitlines(), start=1):
        bare = re.sub(r"\"[^\"]*\"", "", line).strip()
        depth -= bare.count("}")
        crowded = (
            bare.count(";") > 1
            or (len(bare) > 1 and "}" in bare)
            or not re.match(r"[^{]*\{?$", bare)
        )
        if bare and (crowded or indent(line) < 2 * depth):
            found.append(f"line {number}: {line.strip()}")
        depth += bare.count("{")
    return found


def _nodes(text: str) -> Iterator[Node]:
    waiting = [Parser(Language(tree_sitter_javascript.language())).parse(text.encode()).root_node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_file_is_laid_out_for_people(path: Path) -> None:
    text = path.read_text("utf-8")
    faults = {".html": template_faults, ".js": script_faults, ".css": style_faults}[path.suffix]
    found = faults(text)
    found += [
        f"too wide: {line.strip()[:60]}" for line in text.splitlines() if columns(line) > WIDEST
    ]
    found += [f"blanks at the end: {line}" for line in text.splitlines() if line != line.rstrip()]
    assert found == []


@pytest.mark.parametrize(
    ("faults", "untidy"),
    [
        (template_faults, "{% if a %}\n<p>\n</p>\n{% endif %}\n"),
        (template_faults, "<ul>\n  <li>\n    a</li>\n</ul>\n<p>\n a\n</p>\n"),
        (template_faults, "<p>\n  <a\nhref='b'\n  >c</a>\n</p>\n"),
        (script_faults, "function f() {\nreturn 1;\n}\n"),
        (script_faults, "function f() { return 1; }\n"),
        (script_faults, "a(); b();\n"),
        (script_faults, "if (a) b();\n"),
        (style_faults, "a {\ncolor: red;\n}\n"),
        (style_faults, "a { color: red; }\n"),
        (style_faults, "@media print {\n  a {\n  color: red; margin: 0;\n  }\n}\n"),
    ],
)
def test_what_is_not_laid_out_is_found(faults: Callable[[str], list[str]], untidy: str) -> None:
    assert faults(untidy) != []


def leaves(text: str) -> list[tuple[str, bytes]]:
    """Return a script as the parser understands it: every node, every token, no comment."""
    return [
        (node.type, b"" if node.child_count else node.text or b"")
        for node in _nodes(text)
        if node.type != "comment"
    ]


def test_no_button_of_the_office_is_bare_of_its_style() -> None:
    bare = [
        f"{ids(path)}: {button[0]}"
        for path in TEMPLATES
        if "office" in path.parts
        for button in re.finditer(rf"<button(?:{_JINJA}|[^>])*>", path.read_text("utf-8"))
        if 'class="' not in button[0]
    ]
    assert bare == []


@pytest.mark.parametrize("path", SCRIPTS, ids=ids)
def test_stripping_changes_nothing_that_runs(path: Path) -> None:
    text = path.read_text("utf-8")
    served = stripped.script(text)
    assert leaves(served) == leaves(text)
    assert "  " not in served


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("a = b + +c; // d\ne();", "a=b+ +c;e();"),
        ("var s = 'a  // b'; /* c */", "var s='a  // b';"),
        ('a = /[/] " /g.test(b) / 2;', 'a=/[/] " /g.test(b)/ 2;'),
        ("a = b\n++c\nreturn\nd", "a=b\n++c\nreturn\nd"),
        ("f(function () {\n  g()\n})\nh()", "f(function(){g()})\nh()"),
    ],
)
def test_strings_patterns_and_line_ends_are_kept(written: str, served: str) -> None:
    assert stripped.script(written) == served


@pytest.mark.parametrize(
    ("written", "served"),
    [
        (
            "a > b + c,\nd :focus { margin: 0 calc(1px + 2px); }",
            "a>b + c,d :focus{margin:0 calc(1px + 2px)}",
        ),
        (
            'a { content: "b;  c"; } /* d */\n@media (x: 1px) { e { f: g; } }',
            'a{content:"b;  c"}@media (x:1px){e{f:g}}',
        ),
    ],
)
def test_a_style_keeps_the_spaces_that_mean_something(written: str, served: str) -> None:
    assert stripped.style(written) == served
