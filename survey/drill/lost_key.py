"""A key file is gone: the program refuses by its name, and it comes back from the backup."""

import shutil

from survey.drill.place import Place
from survey.drill.timetable import Timetable, require

_KEY = "intake.key"


def rehearse(place: Place, table: Timetable) -> None:
    """Lose the intake's key, see that nothing starts without it, and bring it back."""
    sealed = ("--passphrase-file", str(place.passphrase))
    key = place.home / "keys" / _KEY
    with table.step("运行 survey backup", "survey backup"):
        place.command("backup", str(place.backup), *sealed, "--force")
        receipt = place.receipts()[0]
    with table.step(
        "密钥文件没了：服务不启动，并说出是哪一个",
        "the key file is gone: nothing starts, and its name is told",
    ):
        key.unlink()
        said = place.command("serve", "--check", fails=True)
        require(_KEY in said, f"it does not name the key: {said[-200:]}")
    with table.step("把备份恢复到旁边的文件夹", "restore the backup into a folder beside"):
        place.command("restore", str(place.backup), *sealed, "--to", str(place.aside))
    with table.step("放回密钥文件，权限 600", "put the key back, mode 600"):
        shutil.copy2(place.aside / "keys" / _KEY, key)
        key.chmod(0o600)
        shutil.rmtree(place.aside)
    with table.step(
        "核对：可以启动，查一张旧回执", "check: it starts, and an old receipt is found"
    ):
        place.command("serve", "--check")
        place.command("verify")
        require(place.knows(receipt), "a receipt of before is not found")
