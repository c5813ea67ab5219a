"""The draw: of each stratum the first ones in an order that the seed alone makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from survey.draw.fixing import order_key, tidy_seed
from survey.draw.roster import JOINED_BY, Person, Roster
from survey.draw.sharing import by_stratum, shares
from survey.draw.sizes import Sizes
from survey.office_files.signs import name_fault
from survey.problems import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnStratum:
    """One stratum: of `people` on the roster the first `drawn` of `chosen`, the rest in reserve."""

    unit_code: str
    group_code: str
    stratum: str
    people: int
    drawn: int
    chosen: tuple[Person, ...]

    @property
    def probability(self) -> float:
        """The chance of each of its people to be drawn."""
        return self.drawn / self.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What was drawn, by what seed, from which roster and by which plan."""

    seed: str
    roster_digest: str
    sizes_digest: str
    names: tuple[str, ...]
    strata: tuple[DrawnStratum, ...]

    @property
    def people(self) -> int:
        """How many were on the roster."""
        return sum(one.people for one in self.strata)

    @property
    def drawn(self) -> int:
        """How many were drawn, the reserve not among them."""
        return sum(one.drawn for one in self.strata)


def draw(roster: Roster, sizes: Sizes, *, seed: str, salt: str = "") -> Draw:
    """Draw from a roster; the same words give the same people, in whatever order they stand.

    Raises Refused for a seed nobody could read out, and where roster and plan do not fit.
    """
    seed = tidy_seed(seed)
    if fault := name_fault(seed) if seed else ("不能为空", "is empty"):
        raise Refused.of(field="seed", zh=fault[0], en=fault[1])
    people = by_stratum(roster)
    digest = roster.digest(salt)
    strata = []
    for key, share in shares(sizes, people).items():
        chosen = in_order(people[key], seed=seed, roster_digest=digest, salt=salt)
        strata.append(
            DrawnStratum(
                unit_code=key[0],
                group_code=key[1],
                stratum=JOINED_BY.join(key[2]),
                people=len(people[key]),
                drawn=share.drawn,
                chosen=tuple(chosen)[: share.drawn + share.reserve],
            )
        )
    return Draw(
        seed=seed,
        roster_digest=digest,
        sizes_digest=sizes.digest,
        names=roster.names,
        strata=tuple(strata),
    )


def in_order(
    people: Sequence[Person], *, seed: str, roster_digest: str, salt: str
) -> Iterator[Person]:
    """Yield people in the order they are drawn in."""

    def place(one: Person) -> str:
        return order_key(seed=seed, roster_digest=roster_digest, salt=salt, person_id=one.person_id)

    yield from sorted(people, key=place)
