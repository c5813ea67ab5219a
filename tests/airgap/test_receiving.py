"""What a receiving side takes from a folder: each parcel once, in order, and no altered one."""

import json
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from survey import clock
from survey.airgap.parcel import Parcel, open_parcel
from survey.airgap.receiving import Receiver, Taken, receive
from survey.problems import Refused
from tests.airgap.parcels import KEY, OTHER_KEY, SERIES, bring, chain, parcel

LATER = timedelta(hours=1)


def now() -> datetime:
    return clock.now()


def taken(stick: Path, own: Path, *, after: timedelta = LATER) -> list[Taken]:
    return receive(stick, into=own, key=KEY.public_key(), clock=lambda: now() + after)


def outcomes(found: list[Taken]) -> list[tuple[str, int | None]]:
    return [(each.outcome, each.number) for each in found]


def accepted(own: Path) -> list[str]:
    return sorted(path.name for path in (own / "accepted").iterdir())


def why(own: Path) -> str:
    [text] = (own / "quarantine").glob("*.txt")
    return text.read_text("utf-8")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


def test_what_is_brought_is_taken_in_order_once_and_as_it_came(stick: Path, own: Path) -> None:
    made = chain(3)
    bring(stick, *reversed(made))
    before = {path.name: path.read_bytes() for path in stick.iterdir()}
    assert outcomes(taken(stick, own)) == [("accepted", 1), ("accepted", 2), ("accepted", 3)]
    assert accepted(own) == ["000001", "000002", "000003"]
    for each in made:
        folder = own / "accepted" / f"{each.number:06}"
        assert (folder / "parcel.zip").read_bytes() == each.content
        assert (folder / f"scores/A-R{each.number}.json").is_file()
    assert outcomes(taken(stick, own)) == [("already", 1), ("already", 2), ("already", 3)]
    assert {path.name: path.read_bytes() for path in stick.iterdir()} == before
    assert len(list((own / "receipts").iterdir())) == 3


def test_the_name_of_the_file_does_not_matter(stick: Path, own: Path) -> None:
    [first] = chain(1)
    (stick / "副本 (2).ZIP").write_bytes(first.content)
    assert outcomes(taken(stick, own)) == [("accepted", 1)]


def test_a_gap_is_named_and_what_came_early_waits_for_it(stick: Path, own: Path) -> None:
    made = chain(5)
    bring(stick, made[0], made[3], made[4])
    found = taken(stick, own)
    assert outcomes(found) == [("accepted", 1), ("waiting", 4), ("waiting", 5)]
    assert found[1].problem is not None
    assert "缺少第 2 号至第 3 号" in found[1].problem.zh
    assert "numbers 2 to 3 are missing" in found[1].problem.en
    for path in stick.iterdir():
        path.unlink()
    bring(stick, made[1], made[2])
    assert outcomes(taken(stick, own)) == [("accepted", number) for number in (2, 3, 4, 5)]
    assert list((own / "waiting").iterdir()) == []


def test_another_content_of_a_number_is_an_alarm(stick: Path, own: Path) -> None:
    made = chain(2)
    bring(stick, *made)
    taken(stick, own)
    bring(stick, parcel(2, before=made[0], files={"scores/A-R2.json": b"{}"}))
    assert outcomes(taken(stick, own)) == [("already", 1), ("refused", None)]
    assert "警告" in why(own)
    assert "ALARM: number 2 was received before with other content" in why(own)
    assert (own / "accepted/000002/parcel.zip").read_bytes() == made[1].content


def test_one_that_follows_another_history_is_an_alarm(stick: Path, own: Path) -> None:
    made = chain(1)
    bring(stick, *made, parcel(2))
    assert outcomes(taken(stick, own)) == [("accepted", 1), ("refused", None)]
    assert "所接的不是已收到的第 1 号" in why(own)


def test_another_series_and_another_sender_are_refused(stick: Path, own: Path) -> None:
    bring(stick, *chain(1))
    taken(stick, own)
    bring(stick, parcel(1, series="hub-0123456789abcdef"))
    assert outcomes(taken(stick, own)) == [("already", 1), ("refused", None)]
    assert f"本方只收 {SERIES}" in why(own)
    other = own.with_name("other")
    (stick / "hub-0123456789abcdef-000001.zip").unlink()
    bring(stick, parcel(1, key=OTHER_KEY))
    assert outcomes(taken(stick, other)) == [("refused", None)]
    assert "is not signed by the key that was given" in why(other)
    assert accepted(other) == []


def test_a_sender_with_another_key_goes_on_with_its_series(stick: Path, own: Path) -> None:
    [first] = chain(1)
    bring(stick, first)
    taken(stick, own)
    bring(stick, parcel(2, before=first, key=OTHER_KEY))
    found = receive(stick, into=own, key=OTHER_KEY.public_key(), clock=lambda: now() + LATER)
    assert {(each.outcome, each.number) for each in found} == {("already", 1), ("accepted", 2)}
    assert len(list((own / "receipts").iterdir())) == 2


def test_of_two_series_none_is_guessed(stick: Path, own: Path) -> None:
    bring(stick, *chain(1), parcel(1, series="hub-0123456789abcdef"))
    with pytest.raises(Refused, match="several series"):
        taken(stick, own)
    assert accepted(own) == []


def test_a_half_copy_is_left_alone_while_it_grows_and_kept_apart_after(
    stick: Path, own: Path
) -> None:
    [first] = chain(1)
    (stick / first.name).write_bytes(first.content[:-9])
    assert outcomes(taken(stick, own, after=timedelta())) == [("copying", None)]
    assert list((own / "quarantine").iterdir()) == []
    assert outcomes(taken(stick, own)) == [("refused", None)]
    assert "复制时中断" in why(own)
    bring(stick, first)
    assert outcomes(taken(stick, own)) == [("accepted", 1)]


def test_links_folders_and_what_is_far_too_large_are_not_opened(
    stick: Path, own: Path, tmp_path: Path
) -> None:
    [first] = chain(1)
    (tmp_path / "elsewhere.zip").write_bytes(first.content)
    (stick / "a.zip").symlink_to(tmp_path / "elsewhere.zip")
    (stick / "b.zip").mkdir()
    os.mkfifo(stick / "c.zip")
    with (stick / "d.zip").open("wb") as file:
        file.truncate((1 << 30) + 1)
    (stick / "readme.txt").write_text("no parcel")
    assert [each.outcome for each in taken(stick, own)] == ["refused"] * 4
    assert accepted(own) == []
    kept = [path for path in (own / "quarantine").iterdir() if path.suffix != ".txt"]
    assert kept == []


def test_what_is_refused_again_and_again_is_kept_once(stick: Path, own: Path) -> None:
    (stick / "x.zip").write_bytes(b"no archive at all" * 9 + b"PK\x05\x06" + bytes(18))
    for _again in range(3):
        assert outcomes(taken(stick, own)) == [("refused", None)]
    assert len(list((own / "quarantine").iterdir())) == 2


def test_a_receipt_is_signed_where_there_is_a_key(stick: Path, own: Path) -> None:
    bring(stick, *chain(1))
    receiver = Receiver(name="市绩效办", key=OTHER_KEY)
    receive(stick, into=own, key=KEY.public_key(), clock=now, receiver=receiver)
    [path] = (own / "receipts").iterdir()
    told = json.loads(path.read_text("utf-8"))
    assert told["receiver"] == "市绩效办"
    assert told["signature"]["algorithm"] == "Ed25519"


def killed_at(step: int, stick: Path, own: Path) -> bool:
    """Receive in a process that dies at its so-many-th write to the disk; say whether it did."""
    child = os.fork()
    if child == 0:
        left, really = [step], os.fsync

        def fsync(file: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)
            really(file)

        os.fsync = fsync  # type: ignore[assignment]
        try:
            taken(stick, own)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_killed_at_any_step_the_next_run_makes_it_good(stick: Path, tmp_path: Path) -> None:
    made = chain(2)
    bring(stick, made[1], made[0], parcel(1, key=OTHER_KEY, series="x"))
    step = 1
    while killed_at(step, stick, own := tmp_path / str(step)):
        for folder in (own / "accepted").glob("0*"):
            there = {path.name for path in folder.rglob("*") if path.is_file()}
            assert there == {"parcel.zip", f"A-R{int(folder.name)}.json"}
        found = outcomes(taken(stick, own))
        assert sorted(number or 0 for _outcome, number in found) == [0, 1, 2]
        assert {each for each, number in found if number} <= {"accepted", "already"}
        assert accepted(own) == ["000001", "000002"]
        assert len(list((own / "receipts").glob("[!.]*"))) == 2
        step += 1
    assert step > 15


def damaged(whole: bytes, draw: random.Random) -> bytes:
    """Return an archive with something wrong in it, as disks, people and attackers make them."""
    at, kind = draw.randrange(len(whole)), draw.randrange(6)
    if kind == 0:
        return whole[:at] + bytes([whole[at] ^ (1 << draw.randrange(8))]) + whole[at + 1 :]
    if kind == 1:
        return whole[:at] + whole[at + draw.randrange(1, 40) :]
    if kind == 2:
        return whole[:at] + draw.randbytes(draw.randrange(1, 40)) + whole[at:]
    if kind == 3:
        return whole[:at] + bytes(draw.randrange(1, 40)) + whole[at + 40 :]
    if kind == 4:
        end = draw.randrange(at, len(whole) + 1)
        return whole[:at] + whole[at:end][::-1] + whole[end:]
    return whole.replace(b"A-R1", draw.choice([b"../x", b"/etc", b"A-R2", b"a\\b1"]))


def test_of_two_thousand_damaged_parcels_none_is_taken_and_no_honest_one_refused() -> None:
    draw, honest = random.Random(16), chain(3)
    n_refused = 0
    for _turn in range(2_000):
        whole = draw.choice(honest)
        content = damaged(whole.content, draw)
        if content == whole.content:
            continue
        with pytest.raises(Refused):
            open_parcel(content, file="x.zip", key=KEY.public_key())
        n_refused += 1
    assert n_refused > 1_500
    for each in honest:
        assert reopened(each) == each


def reopened(each: Parcel) -> Parcel:
    return open_parcel(each.content, file=each.name, key=KEY.public_key())
