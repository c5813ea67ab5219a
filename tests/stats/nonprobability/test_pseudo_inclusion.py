import numpy as np
import pytest

from survey.stats.estimation.design import Design
from survey.stats.nonprobability.pseudo_inclusion import pseudo_weights
from survey.stats.nonprobability.selection import Samples, SelectionError
from tests.golden.reference import Table


def test_weights_equal_those_of_glm_and_lm_in_r() -> None:
    # d <- rbind(A, B); z <- A or B; B$w <- B$w * exp(.2 * B$x1)
    # w <- exp(predict(lm(log(w) ~ x1 + x2, B), A)) / exp(predict(glm(z ~ x1 + x2, binomial, d), A))
    a, b = Table("np_A_dev"), Table("np_B_dev")
    x_open, x_reference = (
        np.stack([np.ones(len(t.rows)), t.numbers("x1"), t.numbers("x2")], axis=1) for t in (a, b)
    )
    samples = Samples(
        x_open=x_open,
        x_reference=x_reference,
        reference_weights=b.numbers("w") * np.exp(0.2 * b.numbers("x1")),
        design=Design.build(n=len(b.rows)),
    )
    w = pseudo_weights(samples=samples)
    np.testing.assert_allclose(w[:3], [26.0564283169526, 31.6409993747977, 21.818164462041])
    assert w.sum() == pytest.approx(20549.3148090591, rel=1e-9)
    assert w @ a.numbers("y") / w.sum() == pytest.approx(58.7043265095023, rel=1e-9)


def test_samples_that_do_not_overlap_are_refused() -> None:
    samples = Samples(
        x_open=np.array([[1.0, 5.0], [1.0, 6.0], [1.0, 7.0]]),
        x_reference=np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]),
        reference_weights=np.ones(3),
        design=Design.build(n=3),
    )
    with pytest.raises(SelectionError, match="overlap"):
        pseudo_weights(samples=samples)
