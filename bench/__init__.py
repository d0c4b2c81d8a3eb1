"""Measures DebiAI Studio beside DebiAI, plain DuckDB and the machine, in one run."""
