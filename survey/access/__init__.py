"""Who may do what: accounts, roles, signing in."""

__all__ = [
    "accounts",
    "first_account",
    "marks",
    "passwords",
    "people",
    "role_names",
    "roles",
    "second_word",
    "sessions",
    "sign_in",
]
