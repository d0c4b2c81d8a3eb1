"""Projects as DebiAI's Python client fills them: samples in a tree of blocks."""
