"""How a container answers GET /ping."""
