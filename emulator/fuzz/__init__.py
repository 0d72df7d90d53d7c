"""What holds for one row must hold for all: properties of any image, searched for a counterexample by Hypothesis."""
