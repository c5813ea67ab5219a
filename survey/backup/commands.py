"""`survey backup` and `survey restore`."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa

from survey import audit
from survey.appraisal.key_destruction import due_campaigns
from survey.backup.making import make_backup
from survey.backup.passphrases import passphrase_from
from survey.backup.restoring import Restored, Wanted
from survey.backup.restoring import restore as bring_back
from survey.model import Campaign
from survey.problems import Refused
from survey.site.config import Settings, read_settings
from survey.site.installation import open_site
from survey.verification import whole

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase-file", type=_FILE, help="Else the terminal is asked, twice.")
@click.option("--without-keys", is_flag=True, help="Where keys are kept apart by other means.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
def backup(file: Path, *, passphrase_file: Path | None, without_keys: bool, force: bool) -> None:
    """Write all of this installation to FILE, sealed by a passphrase, while residents answer.

    Rows as of one moment, the files of the home and the keys, each part under a key of its own.
    Without the passphrase nobody reads it, you neither. The server may run.

    Example: survey backup /media/usb/gongping-20261130.backup
    """
    with open_site(os.environ) as site:
        told = make_backup(
            site,
            path=file,
            passphrase=passphrase_from(passphrase_file, twice=True),
            with_keys=not without_keys,
            force=force,
            by=audit.SYSTEM,
        )
    for each in told["campaigns"]:
        number = (each["head"] or {}).get("number", "-")
        click.echo(f"{each['id']} 答卷 answers {each['answers']} 总校验码 head {number}")
    if not told["on_record"]:
        _tell("系统只供查看，备份没有记入操作记录 / read-only: the backup is not on record")
    if without_keys:
        _tell("备份不含密钥，请另存 SURVEY_HOME/keys / no keys in it: keep SURVEY_HOME/keys apart")
    click.echo(str(file))


@click.command()
@click.argument("file", type=_FILE)
@click.option("--passphrase-file", type=_FILE, help="Else the terminal is asked.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Restore into this folder, on SQLite, and leave this installation alone: for a drill.",
)
@click.option("--keys", type=_FOLDER, help="The folder of keys that were kept apart.")
@click.option("--move-aside", is_flag=True, help="Move what is there aside; nothing is deleted.")
@click.option("--heads", multiple=True, type=_FILE, help="Heads, receipts, ledger.json you kept.")
@click.option("--printed", multiple=True, metavar="PRH:…", help="A head as a bulletin prints it.")
@click.option("--accept-loss", is_flag=True, help="Restore though answers are missing.")
def restore(
    file: Path,
    *,
    passphrase_file: Path | None,
    to: Path | None,
    keys: Path | None,
    move_aside: bool,
    heads: Sequence[Path],
    printed: Sequence[str],
    accept_loss: bool,
) -> None:
    """Bring an installation back from FILE, check it, and say what it lacks.

    Into SURVEY_HOME and SURVEY_DATABASE, where no server may run. It is compared with all heads
    that are known; one that somebody has and the backup has not stops it.

    Example: survey restore gongping-20261130.backup --heads ledger.json
    """
    environment = dict(os.environ)
    if to is not None:
        environment["SURVEY_HOME"] = str(to)
        environment.pop("SURVEY_DATABASE", None)
    settings = read_settings(environment)
    wanted = Wanted(
        passphrase=passphrase_from(passphrase_file, twice=False),
        move_aside=move_aside,
        accept_loss=accept_loss,
        keys=keys,
        heads=heads,
        printed=printed,
    )
    restored = bring_back(file, settings, wanted, by=audit.SYSTEM)
    _tell_restored(restored, settings)
    if not restored.has_keys:
        raise _unusable_without_keys(settings)
    _check(environment)


def _tell_restored(restored: Restored, settings: Settings) -> None:
    for problem in [*restored.doubts, *(loss.problem() for loss in restored.losses)]:
        _tell(problem.both())
    if restored.aside:
        _tell(f"原有内容移到了 / what was there is in {restored.aside}")
    for name in restored.still_destroyed:
        _tell(f"{name} 早已销毁，没有恢复 / was destroyed before and was not brought back")
    made_at = restored.manifest["made_at"]
    _tell(
        f"备份制作于 {made_at}。此后才销毁的密钥、删除的意见、作的匿名处理、停用的账号、评议码"
        "和接入令牌，都回到了当时的样子，请按操作登记重做\n"
        f"made at {made_at}: keys destroyed, comments erased, answers made anonymous, accounts, "
        "codes and tokens disabled since then are as they were; do those deeds again"
    )
    if restored.stopped:
        _tell(
            f"{restored.stopped} 个送达地址已停用：没送到的发布先不送，以免重复；确认原系统"
            "不再运行后，在“主动送达”页面启用\n"
            f"{restored.stopped} addresses are switched off, so that nothing is sent a second time:"
            " once the former system runs no more, switch them on under Deliveries"
        )
    if restored.losses and settings.heads_witnessed:
        _tell(
            "SURVEY_HEADS_WITNESSED 里仍有比备份新的总校验码；移出之前系统只供查看\n"
            "SURVEY_HEADS_WITNESSED still has heads newer than the backup; the system is read-only "
            "until they are moved out"
        )
    click.echo(f"{settings.home}")


def _check(environment: dict[str, str]) -> None:
    """Compare what was restored with what was sealed, as `survey verify` does."""
    with open_site(environment) as site:
        problems = whole.verify(site)
        with site.database.reading() as session:
            codes = session.scalars(sa.select(Campaign.code).order_by(Campaign.id)).all()
            due = [each.code for each in due_campaigns(session, keys=site.keys, clock=site.clock)]
    for code in due:
        _tell(f"密钥已到销毁日期 / the key is due to be destroyed: survey keys destroy {code}")
    if problems:
        raise Refused(problems)
    for code in codes:
        click.echo(f"{code} 与封存时一致 is what was sealed")


def _unusable_without_keys(settings: Settings) -> Refused:
    return Refused.of(
        file=str(settings.home / "keys"),
        zh="已恢复，但备份不含密钥：放回原来的密钥之前，服务不能启动，回执不能查，总校验码不能核对，"
        "也不能发布。放回后请运行 survey verify",
        en="restored, but without keys: until the former ones are put back the server does not "
        "start, receipts are not found, heads cannot be checked and nothing is released. Put them "
        "back, then run `survey verify`",
    )


def _tell(said: str) -> None:
    click.echo(said, err=True)
