"""Brings older catalogues up to date."""
