"""How a container ends."""
