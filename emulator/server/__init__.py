"""Endpoints behind one HTTP address, as boto3 and curl expect it."""
