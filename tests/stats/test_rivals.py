"""The grounds of `bench/rivals` have the truth they say, and our column needs no rival."""

import sys
from pathlib import Path

import numpy as np
import pytest

from bench.rivals.__main__ import main, measure, shown
from bench.rivals.figures import line
from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.grounds import GROUNDS, draw
from bench.rivals.milk import LEVEL, REGION
from bench.rivals.theirs import NoRivalError, Programs, ask, write

BY_NAME = {ground.name: ground for ground in GROUNDS}
# Means worked out by hand from the generators' own distributions.
EXPECTED = {
    "chen_li_wu": ([2 + 0.5 + 1.15 + 1.33 + 4.298], 0.15),
    "kim_wang": ([3.0, 1.625], 0.03),
    "kim_park_chen_wu": ([5.0, 5.0, 5.0], 0.03),
    "yang_kim_song": ([1.0], 0.1),
    "elliott_valliant": ([50 + 8 / 2 - 4 * 0.3], 0.3),
    "balance_tutorial": ([40 + 20 / 2 + 0.3 * 5 + 0.2 * 20 + 13 / 20], 0.6),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_population_means_are_those_of_the_distributions(name: str) -> None:
    expected, near = EXPECTED[name]
    assert draw(BY_NAME[name], seed=1, repeat=0).truth == pytest.approx(expected, abs=near)


def test_what_is_drawn_from_a_finite_population_adds_up_to_it() -> None:
    drawn = draw(BY_NAME["chen_li_wu"], seed=2, repeat=0)
    assert drawn.tables["reference"]["d"].size == 1_000
    assert drawn.tables["reference"]["d"].sum() == pytest.approx(20_000, rel=0.08)
    assert abs(drawn.tables["open"]["y"].size - 500) < 100


def test_both_sides_of_kang_and_schafer_average_to_210() -> None:
    means = []
    for repeat in range(40):
        drawn = draw(BY_NAME["kang_schafer"], seed=1, repeat=repeat)
        n_target = drawn.tables["target"]["X1"].size
        asked = drawn.tables["sample"]["y"]
        means.append((n_target * drawn.truth[0] + asked.sum()) / (n_target + asked.size))
    assert np.mean(means) == pytest.approx(210, abs=1)


def test_direct_figures_of_areas_err_by_what_they_say() -> None:
    for name in ("milk", "datta_rao_smith"):
        errors = []
        for repeat in range(60):
            drawn = draw(BY_NAME[name], seed=1, repeat=repeat)
            table = drawn.tables["areas"]
            errors.append((table["direct"] - drawn.truth) / np.sqrt(table["variance"]))
        assert np.mean(np.square(errors)) == pytest.approx(1, abs=0.15), name
    truths = [draw(BY_NAME["milk"], seed=1, repeat=k).truth for k in range(60)]
    assert np.mean(truths, axis=0)[REGION == 3] == pytest.approx(LEVEL[3], abs=0.1)


def test_states_of_the_cats_are_told_by_their_cells() -> None:
    drawn = draw(BY_NAME["mrp"], seed=1, repeat=0)
    people = np.bincount(drawn.tables["cells"]["state"], drawn.tables["cells"]["people"])
    assert people.sum() == pytest.approx(250e6, rel=1e-6)
    # The first state has no effect of its own: odds of women of the first ages and origins.
    assert 0.4 < drawn.truth[0] < 0.8
    assert drawn.truth.std() > 0.1


def test_invited_means_of_regions_are_unbiased_and_open_ones_are_not() -> None:
    off = []
    for repeat in range(10):
        drawn = draw(BY_NAME["hybrid"], seed=1, repeat=repeat)
        off.append([
            float((drawn.tables[name]["y"].reshape(24, -1).mean(axis=1) - drawn.truth).mean())
            for name in ("invited", "open")
        ])  # fmt: skip
    assert np.mean(off, axis=0) == pytest.approx([0, -3], abs=0.6)


def test_a_county_gives_rivals_the_answers_it_scores() -> None:
    drawn = draw(BY_NAME["county_plain"], seed=1, repeat=0)
    answers, cells = drawn.tables["answers"], drawn.tables["cells"]
    assert answers["y"].size == drawn.kept.campaign().sample.n_responses
    assert cells["people"].sum() == drawn.kept.place.setting.n_people
    assert drawn.truth == pytest.approx(drawn.kept.place.truth)


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "county_selection"])
def test_ours_runs_on_every_ground_without_r(name: str) -> None:
    (ours,) = measure(BY_NAME[name], seed=3, repeats=1, programs=None)
    assert ours.ratio == 1
    assert 0 < ours.rmse < 2 * ours.width
    assert f"| {name} | ours | 1 |" in shown(ours)


def test_without_r_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["rivals", "milk", "--r", "no-such-rscript"])
    with pytest.raises(NoRivalError, match="install r-base-core"):
        main()
    monkeypatch.setattr(sys, "argv", ["rivals", "milk", "--repeats", "2", "--alone"])
    main()
    assert "| milk | ours | 2 |" in capsys.readouterr().out


def test_estimates_of_another_program_come_back_by_rival_and_draw(tmp_path: Path) -> None:
    program = tmp_path / "answers"
    program.write_text(
        "#!/bin/sh\necho other words\necho 'RIVAL,one,0,0.5,ok,1;2,0;1,2;3'\n"
        "echo 'RIVAL,one,1,0.1,no solution,NA,NA,NA'\n"
    )
    program.chmod(0o755)
    programs = Programs(rscript=str(program), library="", balance="")
    one = ask("milk", tmp_path, programs, slow=1, rivals="")["one"]
    assert one[0].found is not None
    assert one[0].found.upper.tolist() == [2, 3]
    assert (one[1].found, one[1].why) == (None, "no solution")


def test_what_a_program_said_before_it_died_is_kept_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "dies"
    program.write_text("#!/bin/sh\necho 'RIVAL,one,0,0.5,ok,1,0,2'\necho no memory >&2\nexit 1\n")
    program.chmod(0o755)
    programs = Programs(rscript=str(program), library="", balance="")
    assert len(ask("milk", tmp_path, programs, slow=1, rivals="")["one"]) == 1
    assert "dies stopped: no memory" in capsys.readouterr().out
    program.write_text("#!/bin/sh\necho nothing >&2\nexit 1\n")
    with pytest.raises(NoRivalError, match="nothing"):
        ask("milk", tmp_path, programs, slow=1, rivals="")


def test_tables_are_written_for_others(tmp_path: Path) -> None:
    write([draw(BY_NAME["milk"], seed=1, repeat=0)], tmp_path)
    lines = (tmp_path / "0000" / "areas.csv").read_text().splitlines()
    assert lines[0] == "direct,variance,region"
    assert len(lines) == 44


def test_ratios_are_of_root_mean_squares_in_the_same_draws() -> None:
    drawn = [Drawn(truth=np.zeros(1), tables={}) for _ in range(3)]
    ours, theirs = (
        [Found(value=np.array([v]), lower=np.array([v - 1.5]), upper=np.array([v + 1.5]))
         for v in values]
        for values in ((1.0, -1.0, 1.0), (2.0, 2.0, 2.0))
    )  # fmt: skip
    found = line("g", "them", drawn=drawn, ours=ours, theirs=[*theirs[:2], None], seconds=[1.0] * 3)
    assert (found.ratio, found.ratio_error, found.coverage, found.failed) == (2, 0, 0, 1)


def test_grounds_are_twelve_and_ours_in_two_conditions() -> None:
    assert len({ground.name for ground in GROUNDS}) == 13
    assert all(isinstance(ground, Ground) for ground in GROUNDS)
    assert sum(ground.name.startswith("county_") for ground in GROUNDS) == 2
