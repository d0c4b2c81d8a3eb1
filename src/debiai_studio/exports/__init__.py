"""Export methods, the documents that are exported, and their deliveries."""
