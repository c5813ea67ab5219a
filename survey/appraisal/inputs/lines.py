"""Lines of JSON spelled for many rows at once, as a digest is taken of them.

Each column is a matrix of signs, a row of it the bytes of one value; zeros fill it up and are left
out of the lines, since no text of JSON holds one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.uint8]
Number = np.int64

_TOGETHER = 10_000  # four digits are spelled at once
_DIGITS = np.array([f"{n:04}".encode() for n in range(_TOGETHER)]).view(np.uint8).reshape(-1, 4)
_HEX = np.array([f"{n:02x}".encode() for n in range(256)]).view(np.uint8).reshape(256, 2)
_MINUS, _QUOTE, _COMMA, _OPEN, _CLOSE = b'-",[]'
_END = ord("\n")


def spelled(columns: Sequence[Signs]) -> bytes:
    """Return a line for each row: an array of JSON with the columns in their order."""
    widths = [column.shape[1] + 1 for column in columns]
    line = np.empty((columns[0].shape[0], sum(widths) + 2), dtype=np.uint8)
    line[:, 0] = _OPEN
    at = 1
    for column, width in zip(columns, widths, strict=True):
        line[:, at : at + width - 1] = column
        line[:, at + width - 1] = _COMMA
        at += width
    line[:, -2:] = _CLOSE, _END
    found: bytes = line[line != 0].tobytes()
    return found


def words(texts: Sequence[str]) -> Signs:
    """Return the signs of texts that are spelled already, shape (texts, longest)."""
    held = np.array([text.encode() for text in texts], dtype=np.bytes_)
    return held.view(np.uint8).reshape(len(texts), -1)


def quoted(column: Signs) -> Signs:
    """Return signs that need no escape between quotes."""
    return np.pad(column, ((0, 0), (1, 1)), constant_values=_QUOTE)


def hexadecimal(column: NDArray[np.uint8]) -> Signs:
    """Return bytes as hexadecimal digits, two to each."""
    return _HEX[column].reshape(column.shape[0], -1)


def numbers(column: NDArray[np.int64]) -> Signs:
    """Return whole numbers in decimal digits."""
    left = np.abs(column)
    n_digits = len(str(int(left.max(initial=0))))
    width = -(-n_digits // 4) * 4
    signs = np.empty((column.size, width + 1), dtype=np.uint8)
    for end in range(width, 0, -4):
        left, four = np.divmod(left, _TOGETHER)
        signs[:, end - 3 : end + 1] = _DIGITS[four]
    has_begun = np.maximum.accumulate(signs[:, 1:] != _DIGITS[0, 0], axis=1)
    has_begun[:, -1] = True  # a zero is one digit
    signs[:, 1:][~has_begun] = 0
    signs[:, 0] = np.where(column < 0, _MINUS, 0)
    return signs
