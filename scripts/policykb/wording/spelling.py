"""Which known names are near one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["near_names"]

_LIKE = 60
"""How alike two names are at least, of 100, to be offered for each other."""


def near_names(name: str, known: Iterable[str], limit: int = 4) -> list[str]:
    """The known names that one may have meant: those that begin with it first, those alike last.

    Args:
        name: what was written.
        known: the names that there are.
        limit: how many at most.
    """
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA

    names = list(dict.fromkeys(known))
    written = name.casefold()
    begin = [one for one in names if written and one.casefold().startswith(written)]
    # Of short names one character is a large part.
    slips = [one for one in names if OSA.distance(written, one.casefold(), score_cutoff=1) <= 1]
    hold = [one for one in names if len(written) > 2 and written in one.casefold()]
    alike = process.extract(written, names, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_LIKE, limit=limit)
    return list(dict.fromkeys((*begin, *slips, *hold, *(match for match, _, _ in alike))))[:limit]
