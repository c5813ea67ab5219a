"""A large package is made and checked on two processes: to the same bytes, and as strictly."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Response
from survey.problems import Refused
from survey.site import processes
from survey.site.installation import Site
from survey.verification.meanwhile import whole_meanwhile
from survey.web.alterations import Altered
from tests.demonstrated import CODE, released
from tests.exchange.package.forging import opened, sealed_anew, signed_anew, spelt, zipped
from tests.exchange.package.made import ASKED_BY, command, exported, made
from tests.exchange.package.programs import ours

pytestmark = pytest.mark.slow


def test_a_package_made_while_all_is_verified_is_the_same(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=900)
    words = ("--openings", "--by", ASKED_BY)
    alone = exported(site, tmp_path / "alone.zip", *words)
    monkeypatch.setattr(processes, "LARGE", 0)
    assert exported(site, tmp_path / "aside.zip", *words) == alone


def test_nothing_is_made_of_what_was_altered(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=900)
    monkeypatch.setattr(processes, "LARGE", 0)
    with site.database.writing() as session:
        session.execute(
            sa.update(Response).where(Response.leaf_index == 5).values(lang="xx", salt=bytes(16))
        )
        deeds = session.scalars(sa.select(sa.func.count(AuditEntry.id))).one()
    out = tmp_path / "out.zip"
    done = command(site, "export", CODE, "--format", "package", "--out", str(out))
    assert isinstance(done.exception, Altered)
    assert "leaf 5 was changed" in str(done.exception)
    assert list(tmp_path.glob("out.zip*")) == []
    with site.database.reading() as session:
        assert session.scalars(sa.select(sa.func.count(AuditEntry.id))).one() == deeds


def test_what_a_second_process_would_have_found_is_found_in_the_first(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=900)
    monkeypatch.setattr(processes, "LARGE", 0)
    monkeypatch.setattr(processes, "beside", _here)  # as where the second one was ended
    with whole_meanwhile(site, CODE):
        pass
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.notices = {**campaign.notices, "more": "words"}
    with pytest.raises(Altered, match="words for residents"), whole_meanwhile(site, CODE):
        pass


@contextmanager
def _here(work: Callable[..., Any], *given: Any) -> Iterator[Callable[[], Any]]:
    yield lambda: work(*given)


def test_what_was_altered_is_told_before_what_could_not_be_made(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=900)
    monkeypatch.setattr(processes, "LARGE", 0)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.notices = {**campaign.notices, "more": "words"}
    with pytest.raises(Altered, match="words for residents"), whole_meanwhile(site, CODE):
        raise Refused.of(zh="没有", en="none of it")


def test_whoever_stops_the_making_by_hand_waits_for_no_verifying(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=60)
    monkeypatch.setattr(processes, "LARGE", 0)
    asked: list[str] = []

    @contextmanager
    def endless(_work: Callable[..., Any], *_given: Any) -> Iterator[Callable[[], None]]:
        yield lambda: asked.append("what takes minutes")

    monkeypatch.setattr(processes, "beside", endless)
    with pytest.raises(KeyboardInterrupt), whole_meanwhile(site, CODE):
        raise KeyboardInterrupt
    assert not asked


def test_a_package_checked_on_two_processes_holds_and_fails_alike(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files, key = opened(packages.opened), packages.signing
    record = json.loads(files["appraisal.json"])
    record["groups"][0]["n"] += 1
    answers = files["folder/responses_demo.csv"].replace(b",0,", b",1,", 1)
    told = {
        "honest": packages.opened,
        "figures": zipped(sealed_anew(files | {"appraisal.json": spelt(record)}, key)),
        "answers": zipped(signed_anew(files | {"folder/responses_demo.csv": answers}, key)),
        "plan": zipped(signed_anew(files | {"folder/units.csv": b"unit_code\n"}, key)),
    }
    said: dict[str, list[tuple[int, str]]] = {name: [] for name in told}
    for large in (processes.LARGE, 0):
        monkeypatch.setattr(processes, "LARGE", large)
        for name, content in told.items():
            path.write_bytes(content)
            said[name].append(ours(path, packages.key))
    for name, (alone, aside) in said.items():
        assert alone == aside
        assert alone[0] == (name != "honest")
    assert "computed anew it is another (A01)" in said["figures"][1][1]
    assert "so nothing was scored anew" in said["answers"][1][1]
    assert "cannot be scored anew" in said["plan"][1][1]
