"""Columns that people derive from others by an expression."""
