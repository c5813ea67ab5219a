"""Who may do what: accounts, roles, signing in."""

__all__ = ["accounts", "roles", "sign_in"]
