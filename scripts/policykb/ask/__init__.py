"""Ask the graph: the query library, parameters, local and remote evaluation, and results.

result → guard, library, binding → local, remote → formats.
"""

from __future__ import annotations

from .library import LibraryQuery, read_library
from .result import Result, Term

__all__ = ["LibraryQuery", "Result", "Term", "read_library"]
