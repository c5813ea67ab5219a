"""One installation: settings, keys, database, migrations, folders."""
