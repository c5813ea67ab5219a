"""Reads from the code what it can say: every notice, every error, with the names of its values."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SURVEY = Path(__file__).resolve().parents[2] / "survey"
# Where notices are made; only the statistics raise errors of their own.
ROOMS = ("stats", "weigh", "appraisal")
# Reading all their code takes seconds, and most files say nothing.
_SAYS = re.compile(r"\b(Notice|say|\w*Error)\(")


@dataclass(frozen=True, slots=True)
class Emitted:
    """One place in the code that says something."""

    code: str
    values: frozenset[str]
    where: str


@cache
def nodes() -> tuple[tuple[str, ast.Call | ast.ClassDef], ...]:
    """Return every call and class of the files of these rooms that say something, with the file."""
    paths = [path for room in ROOMS for path in sorted((SURVEY / room).rglob("*.py"))]
    return tuple(
        (str(path.relative_to(SURVEY)), node)
        for path in paths
        if _SAYS.search(text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call | ast.ClassDef)
    )


def error_codes() -> dict[str, str]:
    """Return the code of each class of errors, its own or its parent's."""
    classes = {
        node.name: node
        for name, node in nodes()
        if name.startswith("stats/")
        and isinstance(node, ast.ClassDef)
        and node.name.endswith("Error")
    }
    return {name: _code(name, classes) for name in classes}


def _code(name: str, classes: dict[str, ast.ClassDef]) -> str:
    for line in classes[name].body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        if isinstance(target, ast.Name) and target.id == "code":
            value = line.value  # type: ignore[attr-defined]
            assert isinstance(value, ast.Constant)
            return str(value.value)
    (parent,) = classes[name].bases
    assert isinstance(parent, ast.Name)
    return _code(parent.id, classes)


def emitted() -> list[Emitted]:
    """Return every notice and error the code can make; one that cannot be read is a fault."""
    errors = error_codes()
    found = []
    for name, node in nodes():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        where = f"{name}:{node.lineno}"
        if node.func.id == "Notice" and name != "stats/notices.py":
            found.append(Emitted(_literal(node, where), _names(node, where), where))
        elif node.func.id in errors:
            code = errors[node.func.id]
            code = f"{code}.{_literal(node, where)}" if node.args else code
            found.append(Emitted(code, _names(node, where), where))
    return found


def spoken_of() -> set[str]:
    """Return the codes that are said by name, without a notice."""
    return {
        node.args[0].value
        for _, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "say"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _literal(node: ast.Call, where: str) -> str:
    (code,) = node.args
    assert isinstance(code, ast.Constant), f"{where}: a code is written out, never computed"
    assert isinstance(code.value, str), where
    return code.value


def _names(node: ast.Call, where: str) -> frozenset[str]:
    names = [keyword.arg for keyword in node.keywords]
    assert None not in names, f"{where}: values are named one by one"
    return frozenset(name for name in names if name)
