import csv
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.fieldwork.papers import font
from survey.problems import Refused
from tests.factories import AFTERWARDS, ANLAN, CODE, FIELDWORK, standing_at
from tests.fieldwork.papers.printed import scanned


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    monkeypatch.setattr(font, "_system_families", frozenset[str])
    standing_at(monkeypatch, FIELDWORK)
    run("init")
    return tmp_path / "home"


def run(*words: str) -> Result:
    result = CliRunner().invoke(survey, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def county(tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.fixture
def opened() -> None:
    run("campaign", "load", str(ANLAN))
    run("campaign", "open", CODE)


def test_a_campaign_is_loaded_opened_watched_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("campaign", "load", str(ANLAN), "--simulated").stdout == f"{CODE}\n"
    assert run("campaign", "open", CODE).stdout.startswith(f"{CODE} open plan ")
    lines = run("campaign", "status", CODE).stdout.splitlines()
    assert "simulated" in lines[0]
    assert "0/8721" in lines[1]
    assert [line.split()[:4] for line in lines[5:7]] == [
        ["A01", "G1", "0", "220"],
        ["A01", "G2", "0", "60"],
    ]
    standing_at(monkeypatch, FIELDWORK)
    with pytest.raises(Refused, match="takes two"):
        run("campaign", "close", CODE)
    standing_at(monkeypatch, AFTERWARDS)
    assert run("campaign", "close", CODE).stdout == f"{CODE} closed\n"


def test_a_fictional_county_is_simulated_whatever_is_said(opened: None) -> None:
    assert "simulated" in run("campaign", "status", CODE).stdout


@pytest.mark.usefixtures("opened")
def test_codes_go_to_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    out = tmp_path / "codes.csv"
    words = ("--unit", "A01", "--group", "G2", "--count", "3", "--out", str(out))
    done = run("code", "issue", CODE, *words)
    assert done.stdout == ""
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 3
    for row in rows:
        assert [len(part) for part in row["评议码"].split(" ")] == [4, 4, 4, 4]
        assert row["网址"] == "http://127.0.0.1:8000/q/" + row["评议码"].replace(" ", "")
        assert row["单位"] == "安澜县城关街道办事处"
        assert (row["评议对象"], row["渠道"]) == ("服务对象", "短信一次性评议码")
        assert row["有效期至"] == "2026-12-20 23:59"
        assert row["备注"] == "演示数据，请勿发放"
    with pytest.raises(Refused, match="已存在"):
        run("code", "issue", CODE, *words)
    status = run("campaign", "status", CODE).stdout.splitlines()
    assert "3" in next(line for line in status if line.startswith("token_sms")).split()


@pytest.mark.usefixtures("opened")
def test_refused_codes_leave_no_file(tmp_path: Path) -> None:
    out = tmp_path / "codes.csv"
    words = ("--unit", "C01", "--group", "G1", "--count", "3", "--out", str(out))
    with pytest.raises(Refused, match="C 类单位"):
        run("code", "issue", CODE, *words)
    with pytest.raises(Refused, match="Z99"):
        run("code", "issue", CODE, "--unit", "Z99", *words[2:])
    assert not out.exists()


@pytest.mark.usefixtures("opened")
def test_the_same_codes_go_to_cards_letters_and_messages(tmp_path: Path) -> None:
    out, cards, letters, texts = (
        tmp_path / name for name in ("codes.csv", "cards.pdf", "letters.pdf", "texts.csv")
    )
    words = ["--unit", "A01", "--group", "G2", "--count", "3", "--out", str(out)]
    words += [
        "--sheets",
        str(cards),
        "--letters",
        str(letters),
        "--texts",
        str(texts),
        "--until",
        "2026-12-10",
    ]
    run("code", "issue", CODE, *words, "--lang", "en")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0]["unit"] == "Chengguan Subdistrict Office"
    assert rows[0]["valid until"] == "2026-12-10 23:59"
    urls = [row["address"] for row in rows]
    assert sorted(scanned(cards.read_bytes(), 2.0)[0]) == sorted(urls)
    assert [[url] for url in urls] == scanned(letters.read_bytes(), 1.5)
    messages = list(csv.DictReader(texts.read_text(encoding="utf-8-sig").splitlines()))
    assert all(row["address"] in said["message"] for row, said in zip(rows, messages, strict=True))
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, cards, letters, texts)} == {0o600}
    with pytest.raises(Refused, match=r"cards\.pdf"):
        run("code", "issue", CODE, *words)


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("size", ["a4", "a3", "sticker"])
def test_posters_are_made_where_none_are(tmp_path: Path, size: str) -> None:
    out = tmp_path / "posters.pdf"
    done = run("poster", CODE, "--out", str(out), "--size", size, "--unit", "A01")
    assert out.read_bytes().startswith(b"%PDF")
    assert done.stderr.splitlines()[-1].startswith("1 张海报")
    assert run("poster", CODE, "--out", str(out)).stderr.splitlines()[-1].startswith("26 张海报")


@pytest.mark.parametrize(
    "words",
    [
        ["campaign", "load"],
        ["campaign", "open"],
        ["campaign", "close"],
        ["campaign", "status"],
        ["poster"],
        ["code", "issue"],
        ["user", "add"],
        ["user", "role"],
        ["user", "disable"],
    ],
)
def test_every_command_helps_with_an_example(words: list[str]) -> None:
    assert "Example: survey " in run(*words, "--help").stdout


def test_codes_of_a_campaign_whose_last_day_is_past_are_not_issued(
    opened: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_at(monkeypatch, AFTERWARDS)
    out = tmp_path / "codes.csv"
    words = ("--unit", "A01", "--group", "G2", "--count", "3", "--out", str(out))
    with pytest.raises(Refused, match="2026-12-20"):
        run("code", "issue", CODE, *words)
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "old", "field"),
    [
        ("units.csv", "安澜县城关街道办事处", "row 2, name_zh"),
        ("scheme.yaml", "安澜县2026年度绩效管理公众评议", "campaign.title_zh"),
        ("scheme.yaml", "（县绩效办）", "campaign.organiser_zh"),
        ("scheme.yaml", "张贴二维码自愿参评", "channels.qr_open.zh"),
        ("respondent_groups.csv", "两代表一委员", "name_zh"),
        ("notices.yaml", "请您评一评", "poster.zh[0]"),
    ],
)
@pytest.mark.parametrize("sign", ["👍", "རྫོང", "𪨷"], ids=["emoji", "Tibetan", "U+2AA37"])
def test_words_that_papers_cannot_say_are_refused_where_they_are_given(
    tmp_path: Path, name: str, old: str, field: str, sign: str
) -> None:
    folder = county(tmp_path, name, old, old[:3] + sign + old[3:])
    with pytest.raises(Refused, match=f"U\\+{ord(sign[0]):04X}") as refused:
        run("campaign", "load", str(folder))
    assert field in refused.value.text("en")
    assert (
        "no campaign" in CliRunner().invoke(survey, ["campaign", "status", CODE]).exception.args[0]
    )
