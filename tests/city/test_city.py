"""A city takes its counties' releases, shows what can be shown together, and rolls it up."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from survey.airgap.receiving import receive
from survey.app import create_app
from survey.city.keys import confirm_key, name_key, revoke_key
from survey.city.taking import Offered, take_releases
from survey.cli import survey
from survey.model import AuditEntry, CountyKey, CountyRelease
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.airgap.parcels import bring, parcel
from tests.city.counties import KEYS, Document, document, mark, offered, public, raised
from tests.factories import FIELDWORK
from tests.officials import office, signed_in, token

PAGE = "/office/city/"


@pytest.fixture
def city(site: Site) -> Site:
    """A city that knows the keys of all its counties."""
    site = replace(site, clock=lambda: FIELDWORK)
    with site.database.writing() as session:
        for county in KEYS:
            key = name_key(
                session, county=county, key=public(county), by="zhang", clock=site.clock
            )
            confirm_key(
                session, number=key.id, mark=mark(county), by="li", clock=site.clock
            )
    return site


def take(site: Site, *files: Offered) -> list[bool]:
    with site.database.writing() as session:
        taken = take_releases(session, offered=files, by="zhang", clock=site.clock)
        return [each.is_new for each in taken]


def refused(site: Site, *files: Offered) -> str:
    with pytest.raises(Refused) as why:
        take(site, *files)
    return str(why.value)


def stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(CountyRelease)) or 0


def test_what_a_county_signed_is_kept_byte_by_byte_and_taken_once(city: Site) -> None:
    first = offered(document("安澜县"))
    assert take(city, first) == [True]
    assert take(city, first) == [False]
    assert take(city, offered(document("安澜县", number=2))) == [True]
    assert take(city, first) == [False]
    with city.database.reading() as session:
        kept = session.scalars(sa.select(CountyRelease).order_by(CountyRelease.number)).all()
    assert [each.number for each in kept] == [1, 2]
    assert kept[0].document.encode() == first.content
    assert verify(city) == []


def test_several_are_taken_in_the_order_of_their_numbers(city: Site) -> None:
    both = [offered(document("安澜县", number=number)) for number in (2, 1)]
    assert take(city, *both) == [True, True]


def unsigned(found: Document) -> Offered:
    del found["release"]["signature"]
    return offered(found)


def altered(found: Document) -> Offered:
    found["units"][0]["score"] = "99.99"
    return offered(found)


def twice_said(found: Document) -> Offered:
    whole = offered(found)
    content = whole.content.replace(b'"kind":', b'"simulated": false,\n "kind":', 1)
    return Offered(name="x.json", content=content)


def of_a_stranger(found: Document) -> Offered:
    """Replace the key in the file by that of another county, as if it vouched for itself."""
    found["release"]["signature"]["public_key"] = public("临水县")
    return offered(found)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (unsigned, "is no document of released scores"),
        (altered, "the signature of 安澜县 does not hold"),
        (twice_said, "is no document of released scores"),
        (of_a_stranger, "the signature of 临水县 does not hold"),
        (lambda _found: Offered(name="x.json", content=b"{}"), "is no document of released scores"),
        (lambda _found: Offered(name="x.json", content=b"\xff"), "is no document"),
    ],
)
def test_what_no_county_signed_is_refused_by_name(
    city: Site, spoil: Callable[[Document], Offered], words: str
) -> None:
    good = offered(document("临水县"))
    assert words in refused(city, good, spoil(document("安澜县")))
    assert stored(city) == 0


def test_a_key_that_waits_or_is_revoked_opens_nothing(site: Site) -> None:
    site = replace(site, clock=lambda: FIELDWORK)
    given = offered(document("安澜县"))
    assert "not named and confirmed" in refused(site, given)
    with site.database.writing() as session:
        number = name_key(
            session, county="安澜县", key=public("安澜县"), by="zhang", clock=site.clock
        ).id
    assert "not named and confirmed" in refused(site, given)
    for by, typed, words in (
        ("zhang", mark("安澜县"), "another person"),
        ("li", mark("临水县"), "not the fingerprint"),
    ):
        with site.database.writing() as session, pytest.raises(Refused, match=words):
            confirm_key(session, number=number, mark=typed, by=by, clock=site.clock)
    spaced = f" {mark('安澜县')[:8]} {mark('安澜县')[8:].upper()}"
    with site.database.writing() as session:
        confirm_key(session, number=number, mark=spaced, by="li", clock=site.clock)
    assert take(site, given) == [True]
    with site.database.writing() as session:
        revoke_key(session, number=number, by="li", clock=site.clock)
    assert "not named and confirmed" in refused(site, offered(document("安澜县", number=2)))
    assert stored(site) == 1


def test_an_older_one_another_of_its_number_and_one_that_supersedes_nothing_are_refused(
    city: Site,
) -> None:
    take(city, offered(document("安澜县", number=2)))
    assert "is older (number 1) than the release 2" in refused(city, offered(document("安澜县")))
    other = offered(document("安澜县", number=2, change=raised(1)))
    assert "ALARM: release 2 of 安澜县" in refused(city, other)

    def says_nothing(found: Document) -> None:
        found["release"]["supersedes"] = None

    third = offered(document("安澜县", number=3, change=says_nothing))
    assert "does not say that it supersedes" in refused(city, third)


def test_invented_figures_never_stand_beside_real_ones(city: Site) -> None:
    def real(found: Document) -> None:
        found.update(simulated=False, notice=None)

    take(city, offered(document("安澜县")))
    assert "beside real ones" in refused(city, offered(document("临水县", change=real)))
    assert "beside real ones" in refused(
        city, offered(document("平川县", change=real)), offered(document("望山县"))
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (sa.update(CountyRelease).values(document="{}"), "county-release-1"),
        (sa.update(CountyRelease).values(digest="0" * 64), "county-release-1"),
        (sa.update(CountyKey).values(county="别县").where(CountyKey.id == 2), "county-key-2"),
        (sa.update(CountyKey).values(confirmed_by="wang"), "county-key-1"),
        (sa.delete(CountyRelease), "county-release-1"),
        (sa.delete(CountyKey).where(CountyKey.id == 3), "county-key-3"),
    ],
)
def test_verification_names_what_was_altered_in_the_database(
    city: Site, change: sa.Executable, name: str
) -> None:
    take(city, offered(document("安澜县")))
    assert verify(city) == []
    with city.database.writing() as session:
        session.execute(change)
    assert name in {problem.en.split()[0] for problem in verify(city)}
