"""The two programs that check a package, called as people call them, in this process."""

import importlib.util
import io
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType

from click.testing import CliRunner

from survey.cli import survey

STANDALONE = Path(__file__).parents[3] / "docs" / "verify" / "verify.py"
_WITNESSES = STANDALONE.with_name("witnesses.py")


def ours(path: Path, key: str, *words: str) -> tuple[int, str]:
    """Return how `survey verify` ends on a package, and what it says."""
    done = CliRunner().invoke(survey, ["verify", str(path), "--key", key, *words])
    return done.exit_code, done.output + str(done.exception or "")


def standalone(path: Path = STANDALONE) -> ModuleType:
    """Return an independent program as a module; it is on no path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PROGRAM = standalone()


def theirs(path: Path, key: str, *words: str) -> tuple[int, str]:
    """Return how the independent program ends on a package, and what it says."""
    with redirect_stdout(io.StringIO()) as said:
        code = _PROGRAM.main([str(path), "--key", key, *words])
    return code, said.getvalue()


def of_witnesses(path: Path, key: str) -> tuple[int, str]:
    """Return how the program for witnesses ends on a package, and what it says."""
    with redirect_stdout(io.StringIO()) as said:
        code = _PROGRAM.main([str(path), "--key", key], checked=standalone(_WITNESSES).witnessed)
    return code, said.getvalue()
