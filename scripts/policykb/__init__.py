"""Rules-as-code policy knowledge base: which clauses apply, how much, why, and what is missing.

>>> import policykb
>>> kb = policykb.load()
>>> rows = kb.ask("limits", lang="en")
>>> len(rows)
5
>>> [row["value"] for row in rows if row["limit"] == "floor"]
[Decimal('1000000'), Decimal('5000000')]
"""

from __future__ import annotations

from .api import Policykb
from .shelf import load_documents as load
from .version import __version__

__all__ = ["Policykb", "__version__", "load"]
