"""Data providers: sources that answer DebiAI's contract over HTTP, and what is fetched of them."""
