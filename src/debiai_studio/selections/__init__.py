"""Saved selections, and the rules that make them."""
