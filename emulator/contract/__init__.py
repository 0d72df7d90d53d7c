"""The hosting contract as checks of any image: what they look at, how they run, and what a run finds."""
