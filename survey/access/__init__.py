"""Who may do what: accounts, roles, signing in."""
