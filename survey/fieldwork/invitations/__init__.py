"""One-time codes: issued, batched, for one unit or several."""
