"""The demonstration county and its simulated residents."""
