"""Answering questions about the rows of an analysis, exactly, from codes."""
