"""Saved arrangements of widgets, and analysis states behind links."""
