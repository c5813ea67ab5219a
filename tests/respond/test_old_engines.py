"""What an old telephone must read: scripts of ECMAScript 5, selectors of CSS 3 in comma lists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from survey.respond.inline import inline
from survey.site import resources

SCRIPTS = sorted((resources.folder("static") / "respond").glob("*.js"))
NEWER = {
    "arrow_function", "array_pattern", "assignment_pattern", "async", "await_expression",
    "class", "class_declaration", "computed_property_name", "const", "export_statement",
    "generator_function", "generator_function_declaration", "import_statement",
    "lexical_declaration", "method_definition", "object_pattern", "of", "optional_chain",
    "rest_pattern", "shorthand_property_identifier", "spread_element", "template_string",
    "yield_expression", "**", "**=", "??", "&&=", "||=", "??=",
}  # fmt: skip
# Known to Android 4.4 and iOS 8; one an engine does not know voids the whole list it stands in.
OLD_PSEUDO = {":first-child", ":checked", ":focus", ":not", ":lang", ":root"}


def problems(source: str) -> list[str]:
    """Return what an engine that knows ECMAScript 5 alone would stumble over."""
    tree = Parser(Language(tree_sitter_javascript.language())).parse(source.encode())
    return [problem for node in _nodes(tree.root_node) if (problem := _problem(node))]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _problem(node: Node) -> str:
    where = f"line {node.start_point[0] + 1}: "
    if node.is_error or node.is_missing:
        return where + "does not parse"
    if node.type in NEWER:
        return where + node.type
    if node.type == "catch_clause" and node.child_by_field_name("parameter") is None:
        return where + "catch without a name"
    last = node.children[-2].type if node.child_count > 2 else ""
    if node.type in {"arguments", "formal_parameters"} and last == ",":
        return where + "a comma before )"
    return ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_ecmascript_5(script: Path) -> None:
    assert problems(script.read_text("utf-8")) == []


@pytest.mark.parametrize("asked", [{}, {"more": True}, {"several": True}], ids=str)
def test_so_is_what_is_sent_of_all_of_them(asked: dict[str, bool]) -> None:
    assert problems(inline(**asked).script) == []
    assert problems(inline(**asked).early) == []


@pytest.mark.parametrize(
    "newer",
    [
        "var f = (a) => a;", "let a = 1;", "const a = 1;", "var s = `a`;", "var o = {a};",
        "var o = {f() {}};", "var o = {[k]: 1};", "f(...a);", "function f(a = 1) {}",
        "function f(...a) {}", "var {a} = o;", "for (var a of b) {}", "a?.b;", "a ?? b;", "a ** 2;",
        "class A {}", "async function f() {}", "try {} catch {}", "f(a,);", "function* f() {}",
        "var a = ;",
    ],
)  # fmt: skip
def test_whatever_is_newer_is_found(newer: str) -> None:
    assert problems(newer) != []


def test_no_comma_list_has_a_selector_that_an_old_engine_may_not_know() -> None:
    folder = resources.folder("static") / "respond"
    style = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.css")))
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    lists = [rule for rule in re.findall(r"([^{}]+)\{", style) if "," in rule and "@" not in rule]
    assert len(lists) > 10
    unknown = {
        pseudo
        for rule in lists
        for pseudo in re.findall(r"::?[a-z-]+", rule)
        if pseudo not in OLD_PSEUDO
    }
    assert unknown == set()
