"""Two real images that serve the Abalone data, and the project that builds, trains and hosts them."""
