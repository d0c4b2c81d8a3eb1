"""One file of routes per concept, with the same names."""
