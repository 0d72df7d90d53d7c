"""How a container starts."""
