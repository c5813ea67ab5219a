"""Earlier campaigns: what the plan of the next one takes from their releases."""

__all__: list[str] = []
