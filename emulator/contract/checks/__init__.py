"""The checks, a folder for each family and a module for each check."""
