"""`survey check-document`: whether the numerals of a document are those that were released."""

from pathlib import Path

import click

from survey.problems import Problem, Refused
from survey.reports.check_file import check_file, read_scores
from survey.reports.drawing import About
from survey.reports.kinds import NAMES, shipped

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check-document")
@click.argument("file", type=_FILE)
@click.option("--release", required=True, type=_FILE, help="The released scores as JSON.")
@click.option("--template", type=_FILE, help="The template that drew it, where it was your own.")
def check_document(file: Path, *, release: Path, template: Path | None) -> None:
    """Hold every numeral of a document (.docx) against the release it was made of.

    Words may have been changed; a numeral that is another one now is named with its place.

    Example: survey check-document letter.docx --release scores.json
    """
    scores = read_scores(release.read_text("utf-8"), file=release.name)

    def template_of(about: About) -> bytes:
        return template.read_bytes() if template else shipped(about.kind, about.lang)

    found = check_file(file.read_bytes(), scores, file=file.name, template_of=template_of)
    names = NAMES[found.about.kind]
    click.echo(f"{names.zh} {names.en}  {found.about.release}  key {found.key_id}")
    for added in found.checked.added:
        click.echo(f"{added.text('zh')}\n{added.text('en')}")
    if not found.checked.holds:
        raise Refused(
            Problem(file=file.name, zh=fault.text("zh"), en=fault.text("en"))
            for fault in found.checked.faults
        )
    n = found.checked.n_held
    click.echo(f"{n} 个数字都与发布一致 all {n} numerals are as released")
