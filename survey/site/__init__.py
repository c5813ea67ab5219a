"""One installation: settings, keys, database, migrations, folders."""

__all__ = ["config", "database", "installation", "keys", "resources", "schema"]
