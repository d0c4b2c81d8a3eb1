"""Values that people give samples: tags, kept as columns with who gave which when."""
