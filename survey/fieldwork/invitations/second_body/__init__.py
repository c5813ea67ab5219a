"""Codes that a second body makes on its own machine: only their hashes come in."""
