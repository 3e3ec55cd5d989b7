"""What the solver finds about the rules: a fault, or something an author should know, with records that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from ..model import Text

__all__ = ["Citation", "Finding", "Kind"]

Kind: TypeAlias = Literal["overlap", "gap", "dead", "implied", "opposed", "cliff", "dominated"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The words of a provision that a finding turns on."""

    provision: str
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    `fault` is true where the rules must be mended; cliffs and the gap outside a range of tiers are what the text says.
    `subjects` are the IRIs of the options or criteria concerned. `witnesses` are records as `policykb apply` reads
    them; `amounts` are what they bring, in `currency`, in the same order.
    """

    kind: Kind
    fault: bool
    clause: str
    what: Text
    subjects: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    witnesses: tuple[Mapping[str, Any], ...] = ()
    amounts: tuple[Decimal, ...] = ()
    currency: str | None = None
