"""All grounds, in the order of the page; a draw's seed holds its place here."""

from __future__ import annotations

import numpy as np

from bench.rivals import (
    balance_tutorial,
    chen_li_wu,
    county,
    datta_rao_smith,
    elliott_valliant,
    hybrid,
    kang_schafer,
    kim_park_chen_wu,
    kim_wang,
    milk,
    mrp,
    yang_kim_song,
)
from bench.rivals.ground import Drawn, Ground

GROUNDS = (
    chen_li_wu.GROUND,
    kim_wang.GROUND,
    kim_park_chen_wu.GROUND,
    yang_kim_song.GROUND,
    elliott_valliant.GROUND,
    balance_tutorial.GROUND,
    kang_schafer.GROUND,
    milk.GROUND,
    datta_rao_smith.GROUND,
    mrp.GROUND,
    hybrid.GROUND,
    *county.GROUNDS,
)


def draw(ground: Ground, *, seed: int, repeat: int) -> Drawn:
    rng = np.random.default_rng([seed, GROUNDS.index(ground), repeat])
    return ground.draw(rng, repeat)
