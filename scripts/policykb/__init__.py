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

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .api import Policykb
    from .api import load_policykb as load
else:
    # The import of the front door comes last: it reads the version, and its name hides that of a module.
    from .api import Policykb
    from .api import load_policykb as load

__all__ = ["Policykb", "__version__", "load"]
