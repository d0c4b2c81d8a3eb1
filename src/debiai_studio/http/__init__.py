"""The HTTP adapter: thin routes, one error shape, the guard in front of everything."""
