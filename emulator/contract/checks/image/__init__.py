"""What can be said of an image that does not run."""
