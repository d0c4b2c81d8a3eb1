"""Finding plugins by name; knows no concept."""
