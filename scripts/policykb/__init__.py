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

from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
    from .api import Policykb
    from .shelf import load_documents as load

__all__ = ["Policykb", "__version__", "load"]


def __getattr__(name: str) -> object:
    """What the package offers, loaded when it is first asked for: the program begins without it."""
    if name == "Policykb":
        from .api import Policykb

        return Policykb
    if name == "load":
        from .shelf import load_documents

        return load_documents
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
