"""Totals of the county's 好差评, taken in by unit and month: beside scores, in none."""
