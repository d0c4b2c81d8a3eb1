"""Projects: data sets with their models and selections, by source and id."""
