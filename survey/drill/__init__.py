"""Four bad days rehearsed and timed in a place of its own: disk, key, host, poster."""

__all__: list[str] = []
