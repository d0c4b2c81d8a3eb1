"""The folder of a project: ids, values, and the changes under way."""
