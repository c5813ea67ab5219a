"""Who imports what of whom, read from the syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "survey"


def module_name(path: Path) -> str:
    """The dotted name of a file under survey/."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
PACKAGES = {name: path.parent for name, path in MODULES.items() if path.name == "__init__.py"}


@dataclass(frozen=True)
class Import:
    """One name taken from a module of ours; ``name`` is empty where it is a module whole."""

    by: str
    line: int
    module: str
    name: str

    def __str__(self) -> str:
        what = f"{self.module}.{self.name}" if self.name else self.module
        return f"{MODULES[self.by].relative_to(ROOT)}:{self.line} imports {what}"


def imports(by: str) -> Iterator[Import]:
    """Every import of ours in a module, wherever in the file it stands."""
    for node in ast.walk(ast.parse(MODULES[by].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in MODULES:
                    yield Import(by, node.lineno, alias.name, "")
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in MODULES:
                    yield Import(by, node.lineno, inner, "")
                else:
                    yield Import(by, node.lineno, node.module, alias.name)


def face(package: str) -> list[str]:
    """What a package's ``__all__`` names, as it is written; empty where there is none."""
    for node in ast.parse(MODULES[package].read_text("utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            named: list[str] = ast.literal_eval(getattr(node, "value"))  # noqa: B009
            return named
    return []
