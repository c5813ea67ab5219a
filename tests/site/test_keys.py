from pathlib import Path

import pytest

from survey.problems import Refused
from survey.site.keys import Keys


def made(home: Path) -> Keys:
    keys = Keys(home / "keys")
    keys.make()
    return keys


def test_making_again_keeps_the_keys(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert made(tmp_path).intake() == first.intake()
    for code in ("A", "B", "A"):
        first.make_campaign(code)
    assert len({first.web(), first.intake(), first.campaign("A"), first.campaign("B")}) == 4
    assert first.campaign("A") == Keys(tmp_path / "keys").campaign("A")


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    keys = made(tmp_path)
    (tmp_path / "keys" / "intake.key").chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        keys.intake()


def test_a_missing_key_is_refused_in_both_languages(tmp_path: Path) -> None:
    keys = made(tmp_path)
    (tmp_path / "keys" / "signing.pem").unlink()
    with pytest.raises(Refused, match="密钥文件缺失") as refused:
        keys.signing()
    assert "restore it from the backup" in str(refused.value)
