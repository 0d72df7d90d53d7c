"""What can be said of a model archive before it is extracted."""
