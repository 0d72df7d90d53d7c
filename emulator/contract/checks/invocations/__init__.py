"""How a container answers POST /invocations."""
