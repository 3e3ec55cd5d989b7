"""Draw inputs of a kind, judge what the program does with each, and keep what is found as a small file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .kinds import KINDS, Kind
from .mutate import RECIPES, Change

__all__ = ["CODES", "CORPUS", "Finding", "explore", "kept"]

CORPUS = Path(__file__).parent / "corpus"
"""What was found once, by kind; each is tried again every day."""
CODES: Counter[tuple[str, int]] = Counter()
"""How often calls with inputs of a kind ended in an exit code."""


@dataclass(frozen=True)
class Finding:
    """An input that showed what none may show."""

    kind: str
    data: bytes
    fault: str

    def keep(self) -> Path:
        """Write it into the corpus."""
        folder = CORPUS / self.kind
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{hashlib.sha256(self.data).hexdigest()[:8]}.{KINDS[self.kind].ending}"
        path.write_bytes(self.data)
        return path


def kept() -> Iterator[tuple[str, Path]]:
    """The kinds and files of the corpus."""
    for path in sorted(CORPUS.glob("*/*")):
        yield path.parent.name, path


def explore(name: str, examples: int, number: int) -> Finding | None:
    """Try so many inputs of a kind.

    Args:
        name: the kind.
        examples: how many.
        number: where the drawing starts; the same number draws the same inputs.
    """
    kind = KINDS[name]
    seeds = kind.seeds()
    found: list[tuple[int, Sequence[Change], int, str]] = []

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, len(seeds) - 1), RECIPES, st.integers(0, len(kind.calls) - 1))
    def attempt(which: int, recipe: Sequence[Change], call: int) -> None:
        if not found:
            code, fault = kind.attempt(kind.change(seeds[which], recipe), call)
            CODES[name, code] += 1
            if fault is not None:
                found.append((which, recipe, call, fault))

    attempt()
    return _shortest(name, kind, seeds, *found[0]) if found else None


def _shortest(
    name: str, kind: Kind, seeds: Sequence[bytes], which: int, recipe: Sequence[Change], call: int, fault: str
) -> Finding:
    """The finding without the steps that it does not need."""
    steps = list(recipe)
    for step in list(steps):
        fewer = [one for one in steps if one is not step]
        said = kind.attempt(kind.change(seeds[which], fewer), call)[1] if fewer else None
        if said is not None:
            steps, fault = fewer, said
    return Finding(name, kind.change(seeds[which], steps), fault)
