"""A data folder of DebiAI, read as it is and brought into this server's own."""
