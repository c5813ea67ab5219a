"""A deed that takes two persons: what it is, what it rests on, and how it is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from survey.access.roles import Action
from survey.model import Campaign
from survey.site.installation import Site

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The same sentence in Chinese and English."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """Return it in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a deed is about: a campaign of an installation, and the arguments it is done with.

    Its moment stands still (`site.clock`), so that everything one deed writes bears one time.
    """

    session: Session
    site: Site
    campaign: Campaign
    arguments: Facts

    def standing(self) -> Matter:
        """Return the matter at this moment, which does not go on."""
        at = self.site.clock()
        return replace(self, site=replace(self.site, clock=lambda: at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that a deed gives whoever approved it."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, and the files that come of it."""

    said: Said
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One kind of deed.

    `basis` gives the state that the deed rests on and raises Refused where it cannot be done;
    `told` says line by line what exactly will be done; `carry_out` does it. What takes longer
    than residents should wait for the database (typesetting) is `prepare`d before and handed to
    it. Where the ledger is to be signed, that is the last act of `carry_out`. What would hold the
    database too long `follow`s, once the deed is on record, and can be run again. Where a deed
    goes back on what was told it `needs_reason`, by the facts it rests on.
    """

    kind: str
    name: Said
    propose: Action
    basis: Callable[[Matter], Facts]
    told: Callable[[Matter], list[Said]]
    carry_out: Callable[[Matter, Persons, Any], Done]
    prepare: Callable[[Matter], Any] = lambda _matter: None
    needs_reason: Callable[[Facts], bool] = lambda _basis: False
    follow: Callable[[Site, Campaign], object] = lambda _site, _campaign: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """The two: who asked for the deed, and why, and who approved it."""

    proposed_by: str
    approved_by: str
    reason: str
