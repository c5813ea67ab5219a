"""All closed campaigns scored at once, on several processes, to the same bytes however many."""

__all__: list[str] = []
