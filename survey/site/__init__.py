"""One installation: settings, keys, database, migrations, folders."""

__all__ = [
    "address",
    "config",
    "database",
    "faults",
    "figures",
    "identity",
    "installation",
    "keys",
    "laid_out",
    "locks",
    "prepared",
    "processes",
    "resources",
    "schema",
    "telling",
    "waiting_counts",
]
