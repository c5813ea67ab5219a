import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.respond.packed import pack


@given(before=st.binary(max_size=5000), after=st.binary(max_size=5000), gap=st.binary(max_size=99))
def test_the_compressed_page_is_the_plain_one(before: bytes, after: bytes, gap: bytes) -> None:
    before, after = before.replace(b"@", b""), after.replace(b"@", b"")
    packed = pack(before + b"@" + after, b"@")
    assert packed.plain(gap) == before + gap + after
    assert gzip.decompress(packed.gzipped(gap)) == before + gap + after


def test_there_must_be_one_gap() -> None:
    with pytest.raises(ValueError, match="unpack"):
        pack(b"no gap", b"@@")
