"""Try the program on mutated inputs: each call in a bounded process of its own, each finding kept as a small file."""
