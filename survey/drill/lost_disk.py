"""The disk is gone: the newest backup comes back, and what others keep says what it lacks."""

import shutil

from survey.drill.place import CODE, Place
from survey.drill.timetable import Timetable, require

_LATER = 3  # answers after the backup


def rehearse(place: Place, table: Timetable) -> None:
    """Back up, lose the home, restore it, and hold it against a ledger kept elsewhere."""
    sealed = ("--passphrase-file", str(place.passphrase))
    with table.step("运行 survey backup，备份拿到别处", "survey backup; take the file elsewhere"):
        place.command("ledger", "head", CODE)
        place.kept.write_text(place.text_of("/ledger?format=json"), "utf-8")
        place.command("backup", str(place.backup), *sealed)
        before = place.receipts()
    with table.step("备份之后又有人作答", "people answer after the backup"):
        place.let_answer(_LATER)
    with table.step("磁盘坏了，数据目录没了", "the disk is lost with its home folder"):
        shutil.rmtree(place.home)
        place.command("serve", "--check", fails=True)
    with table.step(
        "survey restore，用监察人员留存的 ledger.json 核对",
        "survey restore, held against the auditor's ledger.json",
    ):
        place.command("restore", str(place.backup), *sealed, "--heads", str(place.kept))
    with table.step("核对：survey verify，查一张回执", "check: survey verify, and a receipt"):
        place.command("verify")
        require(place.receipts() == before, "other answers came back than were backed up")
        require(place.knows(before[0]), "a receipt of before is not found")
        place.let_answer(1)
