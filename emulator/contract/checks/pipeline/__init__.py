"""How containers do in a row."""
