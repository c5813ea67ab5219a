"""The figures of each step as a reader sees them."""
