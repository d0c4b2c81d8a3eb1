"""Keeps what ports ask for: the catalogue, and the samples of each project."""
