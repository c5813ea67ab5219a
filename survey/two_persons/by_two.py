"""What a command says that takes two persons: only proposed, or done."""

import click

from survey.two_persons.deed import Deed, Done
from survey.two_persons.proposals import Proposed


def done_or_exit(deed: Deed, outcome: Proposed | Done) -> Done:
    """Return what was done; where it was only proposed, tell so and end with exit 1."""
    if isinstance(outcome, Done):
        return outcome
    made = outcome.proposal
    click.echo(f"提请 proposal {made.id}  {deed.name.zh} / {deed.name.en}  {made.digest}")
    for line in made.told:
        click.echo(f"  {line['zh']} / {line['en']}")
    who = "、".join(f"{account.username}（{account.name}）" for account in outcome.may_approve)
    click.echo(
        f"尚未执行：须由另一人在“待批事项”页面或用同一命令（--by 本人账号）批准。"
        f"可批准的账号：{who or '无，请先 survey user add'}\n"
        "not done yet: another official must approve it, on the page or by the same command with"
        f" --by of their own: {who or 'there is nobody; `survey user add` one'}",
        err=True,
    )
    raise click.exceptions.Exit(1)
