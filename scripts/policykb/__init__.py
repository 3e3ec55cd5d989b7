"""Rules-as-code policy knowledge base: which clauses apply, how much, why, and what is missing."""

__all__ = ["__version__"]

__version__ = "0.1.0"
