"""Change the rules one at a time and see whether a scenario notices; `make mutate` runs it."""
