"""Where the folders that are not code lie: in the installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """Return the absolute path of `templates`, `static` or `migrations`.

    Raises FileNotFoundError if neither the package nor its checkout has it.
    """
    inside = _PACKAGE / name
    if inside.is_dir():
        return inside
    beside = _PACKAGE.parent / name
    if beside.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file():
        return beside
    raise FileNotFoundError(
        f"{name}/ is neither in {_PACKAGE} nor beside it; reinstall the package"
    )
