"""Records against the data rules: one by one, and against each other."""
