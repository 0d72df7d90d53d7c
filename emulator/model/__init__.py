"""Meaning: what is hosted, asked, answered, found. Frozen values without any I/O."""
