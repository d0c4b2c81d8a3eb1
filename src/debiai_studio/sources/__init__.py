"""Where samples come from: files, folders, addresses and tables of Python."""
