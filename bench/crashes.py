"""Forty kills of the server and twenty simulated power cuts, over both databases, in one command.

python -m bench.crashes [KILLS] [CUTS]
"""

import os
import sys

import pytest

if __name__ == "__main__":
    given = sys.argv[1:3] + ["40", "20"][len(sys.argv[1:3]) :]
    for name, count in zip(("SURVEY_KILLS", "SURVEY_CUTS"), given, strict=True):
        os.environ[name] = count
    words = ["tests/journeys/test_crashes.py", "-q", "-p", "no:cacheprovider", "--timeout=3600"]
    sys.exit(pytest.main(words))
