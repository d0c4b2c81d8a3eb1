"""Expressions over columns: written by people, parsed, typed, and said in DuckDB's words."""
