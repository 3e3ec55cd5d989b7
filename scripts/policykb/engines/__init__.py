"""Engines that decide: SPARQL over rules as data, and pySHACL as the reference."""
