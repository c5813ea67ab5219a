"""Estimates and their errors from weighted answers of a declared design."""
