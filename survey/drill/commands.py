"""`survey drill`: bad days rehearsed before they come."""

from collections.abc import Callable

import click

from survey.drill import banned_host, lost_disk, lost_key, poster_fraud
from survey.drill.place import Place, place_of_its_own
from survey.drill.timetable import Timetable

_DAYS: dict[str, tuple[str, Callable[[Place, Timetable], None]]] = {
    "lost-disk": ("磁盘坏了", lost_disk.rehearse),
    "lost-key": ("密钥丢了", lost_key.rehearse),
    "banned-host": ("域名被封", banned_host.rehearse),
    "poster-fraud": ("海报被调包", poster_fraud.rehearse),
}


@click.command()
@click.option("--only", type=click.Choice(list(_DAYS)), help="This bad day alone.")
@click.option("--answers", default=40, show_default=True, type=click.IntRange(1, 5000))
def drill(*, only: str | None, answers: int) -> None:
    """Rehearse a lost disk, a lost key, a banned host and a poster fraud, and time each step.

    It happens in a place of its own that is deleted at the end; no installation is looked at.

    Example: survey drill --only lost-disk
    """
    table = Timetable()
    click.echo("正在准备一套演练用的系统 / preparing an installation to try it on", err=True)
    with place_of_its_own(answers) as place:
        for name, (_zh, rehearse) in _DAYS.items():
            if only in {None, name}:
                with table.day(name):
                    rehearse(place, table)
    _print(table)
    if not table.went_well:
        raise click.exceptions.Exit(1)


def _print(table: Timetable) -> None:
    day = ""
    for step in table.steps:
        if step.day != day:
            day = step.day
            whole = sum(each.seconds for each in table.steps if each.day == day)
            click.echo(f"\n{_DAYS[day][0]} / {day}: {whole:.1f} s")
        mark = "✗" if step.fault else "✓"
        click.echo(f"  {mark} {step.seconds:7.1f} s  {step.zh} / {step.en}")
        if step.fault:
            click.echo(f"            {step.fault}")
