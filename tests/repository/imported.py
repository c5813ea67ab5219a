"""Who imports what of whom, read from the syntax trees."""

import ast
from dataclasses import dataclass
from functools import cache
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


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module of ours."""
    return ast.parse(MODULES[module].read_text("utf-8"))


@cache
def imports(by: str) -> tuple[Import, ...]:
    """Every import of ours in a module, wherever in the file it stands."""
    found = []
    for node in ast.walk(tree(by)):
        if isinstance(node, ast.Import):
            whole = [alias.name for alias in node.names if alias.name in MODULES]
            found += [Import(by, node.lineno, module, "") for module in whole]
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                taken = (inner, "") if inner in MODULES else (node.module, alias.name)
                found.append(Import(by, node.lineno, *taken))
    return tuple(found)


@cache
def face(package: str) -> list[str]:
    """What a package's ``__all__`` names, as it is written; empty where there is none."""
    for node in tree(package).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                named: list[str] = ast.literal_eval(node.value)
                return named
    return []
