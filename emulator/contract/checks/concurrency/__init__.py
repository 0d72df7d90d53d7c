"""How a container answers many at once."""
