"""The package of the demonstration's release, with and without openings: made once in a process."""

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.cli import survey
from survey.ledger.head import public_key
from survey.site.installation import Site
from tests.demonstrated import CODE, released

ASKED_BY = "demo.admin"
_MADE: list["Made"] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Both packages, and the key that signed them."""

    closed: bytes
    opened: bytes
    signing: Ed25519PrivateKey

    @property
    def key(self) -> str:
        return public_key(self.signing)


def command(site: Site, *words: str) -> Result:
    return CliRunner().invoke(survey, words, env={"SURVEY_HOME": str(site.settings.home)})


def exported(site: Site, out: Path, *words: str) -> bytes:
    done = command(site, "export", CODE, "--format", "package", "--out", str(out), *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return out.read_bytes()


def made(site: Site, tmp_path: Path) -> Made:
    """Release the demonstration and export it, unless that was done before."""
    if not _MADE:
        released(site, n=900)
        _MADE.append(
            Made(
                closed=exported(site, tmp_path / "closed.zip"),
                opened=exported(site, tmp_path / "open.zip", "--openings", "--by", ASKED_BY),
                signing=site.keys.signing(),
            )
        )
    return _MADE[0]
