"""From a verdict to what to do: what would have to change for a clause, where it would be lost, what to ask next."""
