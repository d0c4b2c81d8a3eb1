"""Samples and columns, the filter language, and changes of the data."""
