"""Reading the configuration: the table of settings, config.ini, environment, and its template."""
