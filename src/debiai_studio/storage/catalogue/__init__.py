"""The catalogue: one database that decides what exists."""
