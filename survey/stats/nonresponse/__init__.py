"""Invited people who did not answer, and what their silence can mean."""
