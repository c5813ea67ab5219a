"""A page kept as bytes, plain and compressed, with a gap that is filled for each request.

The two sides of the gap are compressed once. Filling it costs a checksum: the text in the gap
goes in as a stored block between them (RFC 1951, 3.2.4; RFC 1952).
"""

import zlib
from dataclasses import dataclass

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_RAW = -15  # deflate without a container


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What lies before and after the gap."""

    before: bytes
    after: bytes
    squeezed_before: bytes
    squeezed_after: bytes
    checksum_before: int

    def plain(self, gap: bytes) -> bytes:
        """Return the page with the gap filled."""
        return self.before + gap + self.after

    def gzipped(self, gap: bytes) -> bytes:
        """Return the same as a gzip file; the gap may have up to 65,535 bytes."""
        size = len(gap)
        stored = b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + gap
        checksum = zlib.crc32(self.after, zlib.crc32(gap, self.checksum_before))
        length = len(self.before) + size + len(self.after)
        end = checksum.to_bytes(4, "little") + length.to_bytes(4, "little")
        return self.squeezed_before + stored + self.squeezed_after + end


def pack(whole: bytes, gap: bytes) -> Packed:
    """Return a page packed around the one place where `gap` stands in it."""
    before, after = whole.split(gap)
    first = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    second = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    return Packed(
        before=before,
        after=after,
        squeezed_before=_HEADER + first.compress(before) + first.flush(zlib.Z_FULL_FLUSH),
        squeezed_after=second.compress(after) + second.flush(),
        checksum_before=zlib.crc32(before),
    )
