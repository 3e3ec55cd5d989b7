"""Check enterprise data: what is wrong, where, how to mend it, and which clauses depend on it.

affected → run → the faces: as_table, as_json, as_sarif, as_html, as_turtle, annotate.
"""

from __future__ import annotations

from .run import CheckReport, Located, run_check

__all__ = ["CheckReport", "Located", "run_check"]
