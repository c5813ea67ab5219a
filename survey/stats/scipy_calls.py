"""Functions of scipy, which is loaded when the first of them is called.

It takes most of a second and 40 MB, and a process that only takes answers calls none of them.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

SparseMatrix = Any  # of scipy.sparse, which is not loaded for its name


class _Called:
    """A function of scipy that loads it when it is called."""

    __slots__ = ("_function", "_module", "_name")

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name
        self._function: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._function is None:
            self._function = getattr(import_module(f"scipy.{self._module}"), self._name)
        return self._function(*args, **kwargs)


bdtrc = _Called("special", "bdtrc")
betaincinv = _Called("special", "betaincinv")
chdtrc = _Called("special", "chdtrc")
chdtri = _Called("special", "chdtri")
expit = _Called("special", "expit")
fdtrc = _Called("special", "fdtrc")
logit = _Called("special", "logit")
logsumexp = _Called("special", "logsumexp")
nbdtrc = _Called("special", "nbdtrc")
ndtr = _Called("special", "ndtr")
ndtri = _Called("special", "ndtri")
stdtr = _Called("special", "stdtr")
stdtrit = _Called("special", "stdtrit")

CubicSpline = _Called("interpolate", "CubicSpline")

block_diag = _Called("linalg", "block_diag")
rankdata = _Called("stats", "rankdata")

brentq = _Called("optimize", "brentq")
linprog = _Called("optimize", "linprog")
minimize = _Called("optimize", "minimize")

csc_array = _Called("sparse", "csc_array")
csr_array = _Called("sparse", "csr_array")
csr_matrix = _Called("sparse", "csr_matrix")
hstack = _Called("sparse", "hstack")
identity = _Called("sparse", "identity")
connected_components = _Called("sparse.csgraph", "connected_components")
maximum_bipartite_matching = _Called("sparse.csgraph", "maximum_bipartite_matching")
