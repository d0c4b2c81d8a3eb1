"""What receivers give back about samples: kept as it came, read, and put beside the samples."""
