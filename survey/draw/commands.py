"""`survey draw`: who is invited, drawn from a roster by a public seed; no database is opened."""

from pathlib import Path

import click

from survey.draw.drawing import Draw
from survey.draw.drawing import draw as draw_people
from survey.draw.drawn_list import list_bytes
from survey.draw.files import FixedRoster, RecordedDraw, fix, read_fixed, read_recorded, write_fixed
from survey.draw.roster import read_roster
from survey.draw.sizes import read_sizes
from survey.draw.statement import as_json, as_words, statement
from survey.problems import Refused

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_DEFAULT = "people"


class _Draw(click.Group):
    """`survey draw ROSTER …` draws; the other commands are named."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Let whatever is no command be the roster to draw from, or an option of the draw."""
        named = args if args[0] in self.commands else [_DEFAULT, *args]
        return super().resolve_command(ctx, named)


@click.group(cls=_Draw, context_settings={"ignore_unknown_options": True})
def draw() -> None:
    """Draw invited people from ROSTER by a public seed; or fix the roster before.

    Example: survey draw commit roster.xlsx --plan sizes.csv --out fixed.json

    Example: survey draw roster.xlsx --plan sizes.csv --fixed fixed.json --seed 0714212833
    --out drawn.csv
    """


@draw.command()
@click.argument("roster", type=_EXISTING)
@click.option(
    "--plan", required=True, type=_EXISTING, help="How many of each unit, group, stratum."
)
@click.option("--out", required=True, type=_FILE, help="What to keep with the roster, secret.")
def commit(roster: Path, plan: Path, out: Path) -> None:
    """Fix ROSTER and plan before the seed is known; print the digests that go on record.

    Example: survey draw commit roster.xlsx --plan sizes.csv --out fixed.json
    """
    sizes = read_sizes(plan)
    people = read_roster(roster, sizes=sizes)
    draw_people(people, sizes, seed="-")  # refuses now what could not be drawn later
    fixed = fix(people, sizes)
    write_fixed(out, fixed)
    click.echo(f"名册校验值 roster digest: {fixed.roster_digest}")
    click.echo(f"抽样方案校验值 plan digest: {fixed.sizes_digest}")
    click.echo(f"人数 people: {fixed.people}")
    click.echo(f"{out}: 与名册一起保密存放 / keep it with the roster, secret", err=True)


@draw.command()
@click.argument("roster", type=_EXISTING)
@click.option(
    "--plan", required=True, type=_EXISTING, help="How many of each unit, group, stratum."
)
@click.option("--seed", default="", help="The public seed, as it was announced.")
@click.option("--record", type=_EXISTING, help="Instead: the record of the draw, from the office.")
@click.option("--fixed", type=_EXISTING, help="What `survey draw commit` wrote.")
@click.option("--out", required=True, type=_FILE, help="The list to write, as CSV.")
def people(
    roster: Path, *, plan: Path, seed: str, record: Path | None, fixed: Path | None, out: Path
) -> None:
    """Draw from ROSTER (CSV or .xlsx); write the list, and a statement of it beside it.

    Example: survey draw people roster.xlsx --plan sizes.csv --fixed fixed.json --record record.json
    --out drawn.csv
    """
    if bool(seed) == bool(record):
        raise click.UsageError("--seed、--record 二者给一 / give one of --seed and --record")
    before = read_fixed(fixed) if fixed else None
    told = read_recorded(record) if record else None
    sizes = read_sizes(plan)
    found = read_roster(roster, sizes=sizes)
    drawn = draw_people(
        found, sizes, seed=told.seed if told else seed, salt=before.salt if before else ""
    )
    for said_before in (before, told):
        if said_before is not None:
            _require_same(said_before, drawn, roster=roster, plan=plan)
    said = statement(drawn, source=told.source if told else "", is_on_record=bool(told))
    out.touch(mode=0o600)
    out.write_bytes(list_bytes(drawn))
    out.with_suffix(".statement.json").write_bytes(as_json(said))
    out.with_suffix(".statement.txt").write_text(as_words(said), encoding="utf-8")
    click.echo(as_words(said), nl=False)


def _require_same(
    fixed: FixedRoster | RecordedDraw, drawn: Draw, *, roster: Path, plan: Path
) -> None:
    """Refuse a roster or a plan that is another than was fixed."""
    was, now = fixed.sizes_digest, drawn.sizes_digest
    if was != now:
        raise Refused.of(
            file=plan.name,
            zh=f"不是先前登记的抽样方案：登记的是 {was}，这一份是 {now}",
            en=f"is not the plan that was fixed: that is {was}, this {now}",
        )
    was, now = fixed.roster_digest, drawn.roster_digest
    if was != now:
        raise Refused.of(
            file=roster.name,
            zh=f"不是先前登记的名册：登记的是 {was}，这一份是 {now}；"
            "请用登记时的原文件，并给出当时写出的 --fixed 文件",
            en=f"is not the roster that was fixed: that is {was}, this {now}; take the file of"
            " then, and give what was written then by --fixed",
        )
