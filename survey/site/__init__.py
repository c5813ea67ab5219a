"""One installation: settings, keys, database, migrations, folders."""

__all__ = ["config", "database", "identity", "installation", "keys", "locks", "resources", "schema"]
