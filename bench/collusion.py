"""False alarms, power and speed of finding organised answers, on simulated counties.

    python -m bench.collusion [CAMPAIGNS]

Honest campaigns first (independent respondents, then households that share grievances), then
each attack with growing numbers; and how the time grows with the number of answers.
"""

import sys
import time

import numpy as np

from survey.stats.integrity.collusion import cluster_cap, find_collusion
from tests.stats.organised_county import DAY, Columns, K, N, county, with_attack

SIZES = (10, 20, 40, 80, 160)


def attack(name: str, m: int) -> dict[str, np.ndarray]:
    each = np.arange(m)
    return {
        "stuffed within an hour": {"submitted_at": 9 * DAY + 50_000 + each * 3600 // m},
        "staff on one network": {"network": np.full(m, 200_000)},
        "one telephone": {"device": np.full(m, 200_000)},
        "codes in order of issue": {
            "token": 20_000 + each,
            "submitted_at": 9 * DAY + 1200 * each,
        },
        "sources of four answers": {"network": 200_000 + each // 4},
        "one coached pattern": {"items": np.full((m, K), [5, 4, 5, 4, 5, 4, 5, 4])},
        "coached to full marks": {"items": np.full((m, K), 5)},
        "careful": {},
    }[name]


def weight_of(sample: Columns) -> tuple[np.ndarray, int]:
    findings = find_collusion(**sample)
    marks = {name: sample[name] for name in ("unit", "items", "network", "submitted_at")}
    return cluster_cap(findings=findings, **marks), len(findings)


def false_alarms(campaigns: int) -> None:
    for grievance in (0.0, 0.3, 0.5):
        found, lost = 0, []
        for seed in range(campaigns):
            factor, n = weight_of(county(10_000 + seed, grievance=grievance))
            found += n > 0
            lost.append(1 - factor.mean())
        print(
            f"households' shared opinion, SD {grievance:.1f} marks: findings in {found} of "
            f"{campaigns} honest campaigns, {np.mean(lost):.4%} of honest weight lost"
        )


def power(campaigns: int) -> None:
    print(f"attack on a unit with about {N // 20} honest answers: weight taken from the attackers")
    print(f"{'answers':>26}" + "".join(f"{size:>8}" for size in SIZES))
    names = ("stuffed within an hour", "staff on one network", "one telephone",
             "codes in order of issue", "sources of four answers", "one coached pattern",
             "coached to full marks", "careful")  # fmt: skip
    for name in names:
        taken = []
        for m in SIZES:
            removed = [
                1 - weight_of(with_attack(county(seed), m, **attack(name, m)))[0][N:].mean()
                for seed in range(campaigns)
            ]
            taken.append(float(np.mean(removed)))
        print(f"{name:>26}" + "".join(f"{share:>8.0%}" for share in taken), flush=True)


def speed() -> None:
    honest = county(1)
    for n in (1_000, 10_000, 100_000, 1_000_000):
        rows = np.resize(np.arange(N), n)
        sample = {name: values[rows] for name, values in honest.items()}
        sample["device"] = np.arange(n)
        sample["network"] = sample["network"] + 100_000 * (np.arange(n) // N)
        start = time.perf_counter()
        find_collusion(**sample)
        print(f"{n:>9,} answers: {1000 * (time.perf_counter() - start):,.0f} ms", flush=True)


def main() -> None:
    campaigns = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    false_alarms(campaigns)
    power(max(campaigns // 20, 1))
    speed()


if __name__ == "__main__":
    main()
