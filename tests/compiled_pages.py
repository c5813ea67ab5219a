"""Templates compiled once in a process of tests, not once for each of its applications."""

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class _Kept(BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


def keep_compiled_pages() -> None:
    """Let every application made from now on share what was compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Kept()}
