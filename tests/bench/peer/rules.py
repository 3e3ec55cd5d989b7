"""The numbers of the awards, from awards.json: once as OpenFisca takes them, once exact."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

__all__ = ["AWARDS", "EXACT", "GROUPS", "OWN_DIVISION", "PERIOD", "awards_of", "groups_of"]

_TEXT = (Path(__file__).parents[1] / "awards.json").read_text(encoding="utf-8")
_FILE = json.loads(_TEXT)

PERIOD = "2020"
"""The period of the generated records."""

AWARDS: dict[str, Any] = _FILE["awards"]
EXACT: dict[str, Any] = json.loads(_TEXT, parse_float=Decimal)["awards"]
GROUPS: dict[str, Any] = _FILE["groups"]
OWN_DIVISION: int = _FILE["division"]


def awards_of(kind: str) -> list[str]:
    """The awards about one type of record."""
    return [name for name, rule in AWARDS.items() if rule["type"] == kind]


def groups_of(kind: str) -> list[str]:
    """The groups of which one award is given, about one type of record."""
    return [name for name, rule in GROUPS.items() if rule["type"] == kind]
