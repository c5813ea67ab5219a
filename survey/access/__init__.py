"""Who may do what: accounts, roles, signing in."""

__all__ = [
    "accounts",
    "first_account",
    "passwords",
    "people",
    "role_names",
    "roles",
    "sessions",
    "sign_in",
]
