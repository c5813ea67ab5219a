"""Who may do what: accounts, roles, signing in."""

__all__ = [
    "accounts",
    "by_two",
    "deeds",
    "first_account",
    "passwords",
    "proposals",
    "roles",
    "sessions",
    "sign_in",
    "waiting",
]
