"""公评 Gongping: public review that deserves to be believed."""

import os

__version__ = "0.1.0"

# Before any library of numbers is loaded. One that spreads a sum over threads adds it up in another
# order where a machine has more of them: of a million answers the last digit of an error was
# another, and whoever computed a release anew on his own machine was told that it was altered.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
