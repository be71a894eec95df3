"""What somebody uploaded, sealed, for as long as the gate needs to look into it and no longer.

The bytes of an upload are in no other table. The table holds only what the key makes readable, and the key is not in
the database. Nothing that sends, publishes or serves a page may import this package: a contract in `pyproject.toml`.
"""
