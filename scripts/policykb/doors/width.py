"""How wide a terminal is taken to be: what the surroundings name is not always one."""

from __future__ import annotations

__all__ = ["fit_width"]

_WIDEST = 1_000  # columns of the widest table
_NARROWEST = 20  # in fewer no table can be read, and in none nothing is printed at all
_USUAL = 80


def fit_width(columns: int, usual: int = _USUAL) -> int:
    """The columns that are printed in: those of the terminal, the usual number where they are too few to be one."""
    return usual if columns < _NARROWEST else min(columns, _WIDEST)
