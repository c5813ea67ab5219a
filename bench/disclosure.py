"""Whether an attacker tells numbers of few people from what a public page shows of 200 counties.

    python -m bench.disclosure [COUNTIES]

Counties as `tests/publication` draws them, shown as the page shows them; the attacker is the tests'
own, a linear programme over answers by unit, group and channel. The seeds are the numbers of the
counties.
"""

import sys

import numpy as np

from tests.publication.attacker import widths
from tests.publication.test_answered import SMALLEST, county, shown


def main() -> None:
    counties = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    hidden, small, shares, narrowest = 0, 0, [], np.inf
    within_one = 0
    for seed in range(counties):
        read = shown(county(seed))
        found = widths(read)
        hidden += len(found)
        numbers = [*read.units.values(), *read.channels.values()]
        shares.append(read.n_hidden / len(numbers))
        small += sum(n is not None and 0 < n < SMALLEST for n in numbers)
        within_one += sum(width <= 1 for width in found.values())
        narrowest = min([narrowest, *found.values()])
    print(f"{counties} counties: {hidden} numbers not shown ({np.mean(shares):.0%} of all),")
    print(f"{small} shown below {SMALLEST}; told within one answer: {within_one};")
    print(f"the narrowest is told to within {narrowest:.0f}")


if __name__ == "__main__":
    main()
