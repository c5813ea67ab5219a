"""What is said of a backup that is refused."""

from pathlib import Path

from survey.problems import Refused


def no_backup(path: Path) -> Refused:
    """Say that a file is something else."""
    return Refused.of(
        file=str(path),
        zh="不是本系统的备份文件；请给出 survey backup 写成的文件",
        en="is no backup of this program; give a file that `survey backup` wrote",
    )


def damaged(path: Path, part: str) -> Refused:
    """Say which part is not what was written."""
    return Refused.of(
        file=str(path),
        field=part,
        zh="这一部分已损坏或被改动，没有恢复任何内容；请换用另一份备份",
        en="this part was damaged or altered, so nothing was restored; use another backup",
    )


def newer_format(path: Path, found: object) -> Refused:
    """Say that only a newer program can read it."""
    return Refused.of(
        file=str(path),
        zh=f"备份格式 {found} 由更新版本的程序写成；请用新版程序恢复",
        en=f"is a backup of format {found}, made by a newer version; restore it with that version",
    )


def wrong_passphrase(path: Path) -> Refused:
    """Say that the passphrase does not open it."""
    return Refused.of(
        file=str(path),
        zh="口令不对，或备份的清单被改动；没有恢复任何内容。请核对口令，每份备份用的是当时的口令",
        en="the passphrase is wrong, or the manifest was altered; nothing was restored. Check the "
        "passphrase: each backup has that of its day",
    )


def file_there(path: Path) -> Refused:
    """Say that a backup never takes another file's place unasked."""
    return Refused.of(
        file=str(path),
        zh="文件已存在，没有覆盖；请换一个文件名，或加 --force 覆盖",
        en="is there already and was left alone; choose another name, or say --force",
    )


def not_empty(place: str) -> Refused:
    """Say that something is there which a restore would cover."""
    return Refused.of(
        file=place,
        zh="里面已有内容，没有恢复。加 --move-aside 会先把它整个移到一旁（不删除），再恢复；"
        "或用 --to 恢复到另一个文件夹",
        en="holds something already, so nothing was restored; --move-aside first moves all of it "
        "aside (nothing is deleted), --to restores into another folder",
    )


def no_keys(path: Path) -> Refused:
    """Say that a backup without keys was asked for keys it does not hold."""
    return Refused.of(
        file=str(path),
        field="keys",
        zh="这份备份没有密钥，--keys 所给的文件夹里也没有；请给出另存密钥的文件夹",
        en="this backup has no keys and the folder given by --keys has none; give the folder in "
        "which they are kept apart",
    )


def short_passphrase(least: int) -> Refused:
    """Say that a passphrase can be guessed."""
    return Refused.of(
        field="--passphrase-file",
        zh=f"口令须为 {least} 个字符以上：拿到备份的人可以一直试下去",
        en=f"the passphrase needs {least} characters or more: who has the file may try for ever",
    )


def readable_passphrase(path: Path) -> Refused:
    """Say that others can read the file of the passphrase."""
    return Refused.of(
        file=str(path),
        zh=f"口令文件可被他人读取；请运行 chmod 600 {path}",
        en=f"the file of the passphrase is readable by others; run: chmod 600 {path}",
    )


def no_terminal() -> Refused:
    """Say that nobody is there to be asked."""
    return Refused.of(
        field="--passphrase-file",
        zh="没有终端可以输入口令；请用 --passphrase-file 给出口令文件",
        en="there is no terminal to ask for the passphrase; give a file by --passphrase-file",
    )


def unread_printed(text: str) -> Refused:
    """Say that a printed head cannot be read."""
    return Refused.of(
        field="--printed",
        zh=f"“{text[:60]}”不是 PRH:评议:编号:份数:指纹 的形式；请照通报上的二维码或文字输入",
        en=f"'{text[:60]}' is not PRH:CAMPAIGN:NUMBER:SIZE:FINGERPRINT as a bulletin prints it",
    )
