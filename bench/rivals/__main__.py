"""Everybody's ground: our estimates beside the rivals', on the generators of their own papers.

    python -m bench.rivals [GROUND ...] [--repeats N] [--seed N] [--r Rscript] [--library DIR]
        [--balance PYTHON] [--slow N] [--rivals NAME,...] [--alone] [--json FILE]

Ours needs nothing but the product. Rivals need R (Debian: r-base-core r-cran-survey r-cran-lme4
r-cran-data.table r-cran-rstanarm), nonprobsvy and sae in a library of their own (--library), and
a Python with balance (--balance); a package that is not there is said so and left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.rivals.figures import Line, line
from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.grounds import GROUNDS, draw
from bench.rivals.theirs import Programs, Rival, ask, write

SEED = 20261130
HEAD = ("ground", "estimator", "draws", "RMSE", "ratio to ours", "bias", "held", "width", "seconds")


def measure(
    ground: Ground, *, seed: int, repeats: int, programs: Programs | None, slow: int = 0,
    rivals: str = "",
) -> list[Line]:  # fmt: skip
    """Return a line for ours and one for each rival."""
    drawn: list[Drawn] = []
    ours: list[Found] = []
    seconds: list[float] = []
    theirs: dict[str, list[Rival]] = {}
    for start in range(0, repeats, ground.chunk):
        numbers = range(start, min(start + ground.chunk, repeats))
        here = [draw(ground, seed=seed, repeat=number) for number in numbers]
        for one in here:
            began = time.process_time()
            ours.append(ground.ours(one))
            seconds.append(time.process_time() - began)
        if programs:
            with tempfile.TemporaryDirectory() as folder:
                write(here, Path(folder))
                for name, found in ask(
                    ground.name, Path(folder), programs, slow=max(0, slow - start), rivals=rivals
                ).items():
                    moved = [(start + rival.draw, rival) for rival in found]
                    theirs.setdefault(name, []).extend(
                        Rival(draw=k, seconds=r.seconds, found=r.found, why=r.why) for k, r in moved
                    )
        drawn += [Drawn(truth=one.truth, tables={}) for one in here]
    return [line(ground.name, "ours", drawn=drawn, ours=ours, theirs=ours, seconds=seconds),
            *_rivals(ground.name, drawn, ours, theirs)]  # fmt: skip


def _rivals(
    ground: str, drawn: Sequence[Drawn], ours: Sequence[Found], theirs: dict[str, list[Rival]]
) -> Iterator[Line]:
    for name, answers in theirs.items():
        for why in sorted({answer.why for answer in answers} - {"ok"}):
            print(f"{ground}, {name}: {why}", flush=True)
        if any(answer.found for answer in answers):
            # A rival may have been asked of the first draws alone.
            yield line(
                ground, name, drawn=[drawn[a.draw] for a in answers],
                ours=[ours[a.draw] for a in answers], theirs=[a.found for a in answers],
                seconds=[a.seconds for a in answers],
            )  # fmt: skip


def shown(one: Line) -> str:
    """Return a row of a Markdown table."""
    cells = (
        one.ground, one.name, f"{one.repeats}" + (f" ({one.failed} failed)" if one.failed else ""),
        f"{one.rmse:.4g}", f"{one.ratio:.3f} ± {one.ratio_error:.3f}", f"{one.bias:+.3g}",
        f"{one.coverage:.1%} ± {one.coverage_error:.1%}", f"{one.width:.3g}", f"{one.seconds:.3g}",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("grounds", nargs="*", metavar="GROUND")
    asked.add_argument("--repeats", type=int, default=0)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--r", default="Rscript")
    asked.add_argument("--library", default="")
    asked.add_argument("--balance", default="")
    asked.add_argument("--slow", type=int, default=10, help="draws slow rivals are asked of")
    asked.add_argument("--rivals", default="")
    asked.add_argument("--alone", action="store_true", help="ours only, without R")
    asked.add_argument("--json", default="")
    options = asked.parse_args()
    if unknown := set(options.grounds) - {ground.name for ground in GROUNDS}:
        asked.error(f"no such ground: {', '.join(sorted(unknown))}")
    programs = Programs(rscript=options.r, library=options.library, balance=options.balance)
    if not options.alone:
        programs.check()
    print("| " + " | ".join(HEAD) + " |\n|" + "-|" * len(HEAD), flush=True)
    lines: list[Line] = []
    for ground in GROUNDS:
        if options.grounds and ground.name not in options.grounds:
            continue
        found = measure(
            ground, seed=options.seed, repeats=options.repeats or ground.repeats,
            programs=None if options.alone else programs, slow=options.slow, rivals=options.rivals,
        )  # fmt: skip
        print("\n".join(map(shown, found)), flush=True)
        lines += found
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(one) for one in lines], indent=1))


if __name__ == "__main__":
    main()
