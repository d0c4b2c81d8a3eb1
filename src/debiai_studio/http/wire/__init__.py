"""How large answers travel."""
