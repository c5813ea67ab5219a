"""Whatever people decide, contest and release, and in which order, the log gives the same bytes."""

from survey.site.installation import Site
from tests.appraisal.replays.sequences import Counts, County

N = 6


def test_random_sequences_are_replayed_to_the_byte_and_alterations_named(site: Site) -> None:
    county, counts = County(site), Counts()
    for number in range(N):
        county.try_one(f"a few-{number}", counts, anew=number == 0)
    assert counts.mismatches == []
    assert counts.unnamed == []
    assert sum(counts.altered.values()) == counts.n_sequences == N
    assert {"word", "run", "release", "file", "receive"} <= counts.done.keys()
