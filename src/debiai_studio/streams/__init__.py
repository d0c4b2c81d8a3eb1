"""Streams: a receiver is kept up to date with what a rule selects, by what changed alone."""
