"""A city over its counties: their releases taken, compared where plans match, rolled up."""

__all__: list[str] = []
